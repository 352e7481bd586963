/** The answer to a question, above the hits that it was drawn from. */
import { answered, state, streamedAnswer } from '../state/search.ts';
import { text } from '../strings.ts';
import { nameOf, openItem } from './hit.tsx';

const { answer: words } = text;

export function Answer() {
  const result = answered.value;
  const isWriting = state.value === 'answering';
  if (result?.answer) {
    const { answer, hits } = result;
    const sources = answer.sources.flatMap((id) => hits.find((hit) => hit.id === id) ?? []);
    return (
      <section class="panel answer" aria-label={words.title}>
        <p role="status">{answer.text || words.none}</p>
        {sources.length > 0 ? (
          <p class="note">
            {words.from}{' '}
            {sources.map((hit) => (
              <button key={hit.id} type="button" class="link" onClick={() => openItem(hit)}>
                {nameOf(hit)}
              </button>
            ))}
            . {words.small}
          </p>
        ) : (
          <p class="note">{answer.reason}</p>
        )}
      </section>
    );
  }
  if (!isWriting || streamedAnswer.value === '') return null;
  return (
    <section class="panel answer" aria-label={words.title} aria-busy="true">
      <p class="draft">
        {streamedAnswer.value} <span class="note">{words.writing}</span>
      </p>
    </section>
  );
}
