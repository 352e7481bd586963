import { milliseconds } from '../format.ts';
import { forgetHistory, type HistoryEntry, history } from '../state/history.ts';
import { askAgain } from '../state/query.ts';
import { text } from '../strings.ts';

const { trace } = text;

/** Earlier searches with their traces; a click repeats one. */
export function History() {
  const all = history.value;
  return (
    <details class="panel history">
      <summary>{trace.history}</summary>
      {all.length === 0 ? (
        <p class="note">{trace.historyEmpty}</p>
      ) : (
        <>
          <ol>
            {all.map((thought) => (
              <li key={thought.at}>
                <Earlier {...thought} />
              </li>
            ))}
          </ol>
          <button type="button" class="quiet" onClick={forgetHistory}>
            {trace.forget}
          </button>
        </>
      )}
    </details>
  );
}

function Earlier({ text: words, instruction, picture, mode, trace: written, best, ms }: HistoryEntry) {
  const label = [picture, words, instruction].filter(Boolean).join(' · ');
  return (
    <button
      type="button"
      aria-label={trace.again2(label)}
      disabled={!words}
      onClick={() => askAgain(words, instruction)}
    >
      <strong>{label}</strong>
      {written && <span class="words">{written}</span>}
      <span class="note">
        {mode} · {milliseconds(ms)} · {best}
      </span>
    </button>
  );
}
