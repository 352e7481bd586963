/** The query: text, a picture, an instruction, or all of them. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { info } from '../state/engine.ts';
import { pickedImage, picturesIn } from '../state/picked-image.ts';
import { asked, askFor, clearQuery, query } from '../state/query.ts';
import { searchSoon, state, stop } from '../state/search.ts';
import { text } from '../strings.ts';
import { PickButton, Segments, Select, Switch } from '../ui/controls.tsx';
import { Camera } from './camera.tsx';

const { search } = text;
const camera = signal(false);
/** On wide screens the options are always open and have no toggle (styles/search.css). */
const WIDE = matchMedia('(min-width: 44.01rem)').matches;

export function SearchBox() {
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      const [picture] = picturesIn(clipboardData);
      if (picture && (info.value?.supportsImages ?? true)) query.picture.value = picture;
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
  const images = info.value?.supportsImages ?? true;
  const busy = ['loading', 'quick', 'thinking', 'answering'].includes(state.value);
  return (
    <search>
      <form
        class="box"
        onSubmit={(event) => {
          event.preventDefault();
          if (asked()) searchSoon(0);
        }}
      >
        <div class="line">
          <Chips />
          <input
            id="query"
            type="search"
            aria-label={search.label}
            placeholder={search.placeholder}
            value={query.text.value}
            autocomplete="off"
            enterkeyhint="search"
            onInput={({ currentTarget }) => askFor(currentTarget.value)}
            onKeyDown={({ key }) => key === 'Escape' && clearQuery()}
            onDrop={(event) => {
              // A picture dropped here becomes part of the query; elsewhere it would be added to the collection.
              const [picture] = picturesIn(event.dataTransfer);
              if (!picture || !images) return;
              event.preventDefault();
              event.stopPropagation();
              query.picture.value = picture;
            }}
          />
          {busy && (
            <button type="button" class="quiet" onClick={stop}>
              {text.stop}
            </button>
          )}
          {asked() && (
            <button type="button" class="quiet" aria-label={search.clear} onClick={clearQuery}>
              ×
            </button>
          )}
          {images && (
            <>
              <PickButton
                label={search.picture}
                id="query-picture"
                class="icon picture"
                multiple={false}
                accept="image/*"
                onFiles={([found]) => {
                  if (found) query.picture.value = pickedImage(found.file, found.file.name);
                }}
              />
              <button
                type="button"
                class="icon camera"
                onClick={() => {
                  camera.value = true;
                }}
              >
                {search.camera}
              </button>
            </>
          )}
        </div>
        <Options />
        {camera.value && (
          <Camera
            onPicture={(picture) => {
              query.picture.value = picture;
            }}
            onClose={() => {
              camera.value = false;
            }}
          />
        )}
      </form>
    </search>
  );
}

/** The pictures and examples in the query. */
function Chips() {
  const picture = query.picture.value;
  return (
    <>
      {picture && (
        <span class="chip">
          <img src={picture.url} alt={picture.name} />
          <button
            type="button"
            class="quiet"
            aria-label={search.removePicture}
            onClick={() => {
              query.picture.value = null;
            }}
          >
            ×
          </button>
        </span>
      )}
      {query.like.value.map(({ id, name }) => (
        <span class="chip" key={id}>
          {search.like(name)}
          <button
            type="button"
            class="quiet"
            aria-label={search.removeLike(name)}
            onClick={() => {
              query.like.value = query.like.value.filter((other) => other.id !== id);
            }}
          >
            ×
          </button>
        </span>
      ))}
    </>
  );
}

function Options() {
  const modes = info.value?.thinkModes;
  return (
    <div class="options">
      <Segments
        legend={search.think}
        options={search.modes}
        value={query.think.value}
        allowed={(mode) => modes?.includes(mode) ?? true}
        onChange={(mode) => {
          query.think.value = mode;
        }}
      />
      <details class="more" open={WIDE}>
        <summary>{search.more}</summary>
        <div>
          <Select label={search.kind} options={search.kinds} value={query.kind} />
          <label class="wide">
            {search.instruction}
            <input
              type="text"
              value={query.instruction.value}
              placeholder={search.instructionHint}
              autocomplete="off"
              onInput={({ currentTarget }) => {
                query.instruction.value = currentTarget.value;
              }}
            />
          </label>
          <Switch label={search.hybrid} value={query.hybrid} />
          {info.value?.canAnswer && <Switch label={search.answer} value={query.answer} />}
        </div>
      </details>
    </div>
  );
}
