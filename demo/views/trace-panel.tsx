/** The trace next to the search box: streamed while it is generated, and editable. */
import { signal } from '@preact/signals';
import { query } from '../state/query.ts';
import { quick, reasoned, skip, state, streamed } from '../state/search.ts';
import { text } from '../strings.ts';
import { TraceText } from '../ui/trace-text.tsx';

/** The text being edited, or null. */
const draft = signal<string | null>(null);
const { trace } = text;

export function TracePanel() {
  const thinking = state.value === 'thinking';
  const result = reasoned.value ?? quick.value;
  const written = reasoned.value?.trace ?? null;
  return (
    <section class="panel" aria-labelledby="trace-title">
      <div class="bar">
        <h2 id="trace-title">{trace.title}</h2>
        {thinking && (
          <button type="button" onClick={skip}>
            {trace.skip}
          </button>
        )}
        {!thinking && draft.value === null && (written || query.trace.value !== null) && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              draft.value = query.trace.value ?? written?.text ?? '';
            }}
          >
            {trace.edit}
          </button>
        )}
      </div>
      {draft.value === null ? (
        <TraceText trace={written} streamed={streamed.value} empty={thinking ? trace.working : trace.empty} />
      ) : (
        <Editor />
      )}
      {query.trace.value !== null && draft.value === null && (
        <p class="note">
          {trace.own}{' '}
          <button
            type="button"
            class="link"
            onClick={() => {
              query.trace.value = null;
            }}
          >
            {trace.discardOwn}
          </button>
        </p>
      )}
      {result && <p class="note">{result.thinkDecision.reason}</p>}
      {result?.thinkDecision.discarded && (
        <p class="note">{trace.discarded(result.thinkDecision.discarded)}</p>
      )}
    </section>
  );
}

function Editor() {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        query.trace.value = draft.value;
        draft.value = null;
      }}
    >
      <textarea
        id="trace-draft"
        aria-label={trace.label}
        rows={6}
        value={draft.value ?? ''}
        onInput={({ currentTarget }) => {
          draft.value = currentTarget.value;
        }}
      />
      <div class="actions">
        <button type="submit" class="main">
          {trace.again}
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            draft.value = null;
          }}
        >
          {trace.cancel}
        </button>
      </div>
    </form>
  );
}
