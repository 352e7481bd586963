/** Embeds one input and shows its vector. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { info } from '../state/engine.ts';
import { busy, embed, input, result, status, stop, streamed } from '../state/lab.ts';
import { pickedImage, picturesIn } from '../state/picked-image.ts';
import { text } from '../strings.ts';
import { Segments } from '../ui/controls.tsx';
import { TraceText } from '../ui/trace-text.tsx';
import { Earlier } from './lab-earlier.tsx';
import { Outcome } from './lab-outcome.tsx';

const { lab } = text;
const over = signal(false);

export function LabView() {
  return (
    <div class="lab">
      <p class="lead">{lab.about}</p>
      <div class="columns">
        <Input />
        <section class="panel" aria-labelledby="result-title">
          <h2 id="result-title">{lab.result}</h2>
          <h3>{lab.trace}</h3>
          <Written />
          <Outcome />
        </section>
        <Earlier />
      </div>
    </div>
  );
}

function Input() {
  const allowed = info.value?.thinkModes;
  return (
    <form
      id="input"
      class="panel"
      aria-labelledby="input-title"
      onSubmit={(event) => {
        event.preventDefault();
        void embed(false);
      }}
    >
      <h2 id="input-title">{lab.input}</h2>
      <Pictures />
      <label>
        {lab.text}
        <textarea
          id="text"
          rows={3}
          placeholder={lab.textHint}
          value={input.text.value}
          onInput={({ currentTarget }) => {
            input.text.value = currentTarget.value;
          }}
        />
      </label>
      <label>
        {lab.instruction}
        <input
          id="instruction"
          type="text"
          placeholder={lab.instructionHint}
          autocomplete="off"
          value={input.instruction.value}
          onInput={({ currentTarget }) => {
            input.instruction.value = currentTarget.value;
          }}
        />
      </label>
      <Segments
        legend={text.search.think}
        options={text.search.modes}
        value={input.think.value}
        allowed={(mode) => allowed?.includes(mode) ?? true}
        onChange={(mode) => {
          input.think.value = mode;
        }}
      />
      <div class="actions">
        <button id="embed" type="submit" class="main" disabled={busy.value}>
          {lab.embed}
        </button>
        <button type="button" disabled={busy.value} onClick={() => void embed(true)}>
          {lab.both}
        </button>
        <button type="button" disabled={!busy.value} onClick={stop}>
          {text.stop}
        </button>
        <output id="status">{status.value}</output>
      </div>
    </form>
  );
}

function Pictures() {
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => add(clipboardData);
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
  const images = info.value?.supportsImages ?? true;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the file chooser is the first
    <div
      id="drop"
      class={`drop${over.value ? ' over' : ''}${images ? '' : ' disabled'}`}
      onDragOver={() => {
        over.value = true;
      }}
      onDragLeave={() => {
        over.value = false;
      }}
      onDrop={({ dataTransfer }) => {
        over.value = false;
        add(dataTransfer);
      }}
    >
      <ul id="thumbnails" class="given" aria-label={lab.pictures}>
        {input.pictures.value.map((picture) => (
          <li key={picture.url}>
            <img src={picture.url} alt={picture.name} />
            <button
              type="button"
              aria-label={lab.remove(picture.name)}
              onClick={() => {
                input.pictures.value = input.pictures.value.filter((other) => other !== picture);
              }}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <p>
        {lab.drop}
        <label class="link" for="lab-files">
          {lab.chooseFiles}
        </label>
        <input
          id="lab-files"
          class="visually-hidden"
          type="file"
          accept="image/*"
          multiple
          onChange={({ currentTarget }) => {
            const files = [...(currentTarget.files ?? [])];
            currentTarget.value = '';
            input.pictures.value = [
              ...input.pictures.value,
              ...files.map((file) => pickedImage(file, file.name)),
            ];
          }}
        />
      </p>
      {!images && (
        <p id="text-only" class="note">
          {lab.textOnly}
        </p>
      )}
    </div>
  );
}

function add(data: DataTransfer | null): void {
  input.pictures.value = [...input.pictures.value, ...picturesIn(data)];
}

/** The trace, which can be edited and embedded again. */
function Written() {
  const trace = result.value?.trace ?? null;
  const empty = busy.value ? text.trace.working : result.value ? text.trace.none : lab.traceEmpty;
  const draft = input.trace.value;
  return (
    <>
      <TraceText trace={trace} streamed={streamed.value} empty={empty} />
      {draft !== null && (
        <textarea
          aria-label={text.trace.label}
          rows={3}
          value={draft}
          onInput={({ currentTarget }) => {
            input.trace.value = currentTarget.value;
          }}
        />
      )}
      <div class="actions">
        {draft === null ? (
          trace && (
            <button
              type="button"
              class="quiet"
              onClick={() => {
                input.trace.value = trace.text;
              }}
            >
              {text.trace.edit}
            </button>
          )
        ) : (
          <>
            <button type="button" disabled={busy.value} onClick={() => void embed(false)}>
              {text.trace.embedAgain}
            </button>
            <button
              type="button"
              class="quiet"
              onClick={() => {
                input.trace.value = null;
              }}
            >
              {text.trace.discardOwn}
            </button>
          </>
        )}
      </div>
    </>
  );
}
