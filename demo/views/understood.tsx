/** How the question was taken apart: a chip for each part, which can be changed or left out. */
import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { query } from '../state/query.ts';
import { hasParts, type Part, type PartValue, partsOf } from '../state/question-parts.ts';
import { quick, reasoned } from '../state/search.ts';
import { text } from '../strings.ts';

const { parts: words } = text;
/** Id of the part being edited. */
const editing = signal<string | null>(null);

export function UnderstoodParts() {
  const understood = query.understood.value ?? (reasoned.value ?? quick.value)?.understood ?? null;
  const isEdited = query.understood.value !== null;
  const list = useRef<HTMLUListElement>(null);
  if (understood === null || !(isEdited || hasParts(understood))) return null;
  /** The chip that had the focus is gone or a form is closed: the next one has it. */
  const refocus = (at: number) =>
    requestAnimationFrame(() => {
      const chips = list.current?.querySelectorAll<HTMLElement>('button.say');
      chips?.[Math.min(at, chips.length - 1)]?.focus();
    });
  return (
    <section class="understood" aria-label={words.title}>
      <ul ref={list}>
        {partsOf(understood).map((part, at) => (
          <li key={part.id}>
            {editing.value === part.id ? (
              <Editor part={part} onEnd={() => refocus(at)} />
            ) : (
              <Chip part={part} onRemoved={() => refocus(at)} />
            )}
          </li>
        ))}
      </ul>
      {isEdited && (
        <button
          type="button"
          class="link"
          onClick={() => {
            query.understood.value = null;
          }}
        >
          {words.asTyped}
        </button>
      )}
      {understood.reasons.length > 0 && (
        <details>
          <summary>{words.why}</summary>
          <ul class="note">
            {understood.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Chip({ part, onRemoved }: { part: Part; onRemoved: () => void }) {
  const { kind, label, removed, values, id } = part;
  return (
    <span class={`chip part ${kind}`}>
      <button
        type="button"
        class="say"
        disabled={values.length === 0}
        aria-label={words.change(words.kinds[kind], label)}
        onClick={() => {
          editing.value = id;
        }}
      >
        <span class="kind">{words.kinds[kind]}</span> {label || words.anything}
      </button>
      {removed && (
        <button
          type="button"
          class="quiet"
          aria-label={words.remove(words.kinds[kind], label)}
          onClick={() => {
            query.understood.value = removed;
            onRemoved();
          }}
        >
          ×
        </button>
      )}
    </span>
  );
}

/** A field for each value of the part; Escape leaves it as it is. */
function Editor({ part, onEnd }: { part: Part; onEnd: () => void }) {
  const form = useRef<HTMLFormElement>(null);
  // Before the next key event: an effect after the paint would lose what is typed until then.
  useLayoutEffect(() => form.current?.querySelector('input')?.select(), []);
  const end = () => {
    editing.value = null;
    onEnd();
  };
  return (
    <form
      ref={form}
      class="chip part"
      onSubmit={(event) => {
        event.preventDefault();
        const inputs = [...event.currentTarget.querySelectorAll('input')];
        let changing: Part | undefined = part;
        for (const [i, input] of inputs.entries()) {
          const value: PartValue | undefined = changing?.values[i];
          if (value === undefined || input.value === String(value.value)) continue;
          const changed = value.changed(readAs(value, input));
          query.understood.value = changed;
          changing = partsOf(changed).find(({ id }) => id === part.id);
        }
        end();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') end();
      }}
    >
      {part.values.map((value) => (
        <label key={value.sign}>
          <span class="kind">
            {value.sign === '' ? words.kinds[part.kind] : `${part.field} ${value.sign}`}
          </span>
          {/* Not `value`: hits that come while one types would put the old words back. */}
          <input {...typeOf(value)} defaultValue={String(value.value)} required={part.kind !== 'text'} />
        </label>
      ))}
      <button type="submit" class="quiet">
        {words.apply}
      </button>
    </form>
  );
}

function typeOf({ value }: PartValue) {
  if (typeof value === 'number') return { type: 'number', step: 'any' } as const;
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return { type: 'date' } as const;
  return { type: 'text' } as const;
}

function readAs({ value }: PartValue, input: HTMLInputElement): string | number {
  return typeof value === 'number' ? input.valueAsNumber : input.value.trim();
}
