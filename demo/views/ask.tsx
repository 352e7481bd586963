/** Ask a picture: the clearest case of thinking before embedding. */
import { useEffect, useState } from 'preact/hooks';
import { sample, sampleUrl } from '../ingest/sample.ts';
import type { SamplePicture } from '../ingest/sample-items.ts';
import {
  ask,
  askAbout,
  busy,
  crops,
  embedding,
  labels,
  ownLabels,
  picture,
  question,
  stopAsking,
  streamed,
} from '../state/ask.ts';
import { info } from '../state/engine.ts';
import { notifyError } from '../state/notices.ts';
import { picturesIn } from '../state/picked-image.ts';
import { text } from '../strings.ts';
import { BoxedPicture } from '../ui/boxed-picture.tsx';
import { PickButton } from '../ui/controls.tsx';
import { TraceText } from '../ui/trace-text.tsx';

const words = text.ask;
/** How many of each kind are offered: what people have first, then what the model was trained on. */
const OFFERED = { photo: 12, page: 4, scene: 8 } as const;

export function AskView() {
  const [offered, setOffered] = useState<readonly SamplePicture[]>([]);
  useEffect(() => {
    sample().then(({ pictures }) => setOffered(forQuestions(pictures)), notifyError);
    const paste = ({ clipboardData }: ClipboardEvent) => take(clipboardData);
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
  const images = info.value?.supportsImages ?? true;
  const about = offered.find(({ title }) => title === picture.value?.name);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first
    <div class="ask" onDrop={({ dataTransfer }) => take(dataTransfer)}>
      <p class="lead">{words.about}</p>
      {!images && <p class="banner">{words.textOnly}</p>}
      <div class="columns">
        <section class="panel" aria-label={words.picture}>
          {picture.value && (
            <BoxedPicture
              url={picture.value.url}
              name={picture.value.name}
              trace={embedding.value?.trace ?? null}
            />
          )}
          {about?.credit && <p class="note">{words.credit(about.credit.by, about.credit.license)}</p>}
          <p class="note">{words.drop}</p>
          <ul class="offered">
            {offered.map((one) => (
              <li key={one.file}>
                <button type="button" aria-pressed={one === about} onClick={() => void takeSample(one)}>
                  <img src={sampleUrl(one.file)} alt={one.title} />
                </button>
              </li>
            ))}
          </ul>
          <PickButton
            label={words.choose}
            id="ask-picture"
            multiple={false}
            accept="image/*"
            onFiles={([found]) => found && askAbout(found.file, found.file.name)}
          />
        </section>
        <section class="panel" aria-label={words.question}>
          <Question about={about} />
          <h2>{text.trace.title}</h2>
          <TraceText
            trace={embedding.value?.trace ?? null}
            streamed={streamed.value}
            empty={busy.value ? text.trace.working : text.trace.empty}
          />
          <Answer />
          <Crops />
        </section>
      </div>
    </div>
  );
}

function Question({ about }: { about: SamplePicture | undefined }) {
  return (
    <form
      class="question"
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <label>
        {words.question}
        <input
          id="question"
          type="text"
          placeholder={words.placeholder}
          autocomplete="off"
          value={question.value}
          onInput={({ currentTarget }) => {
            question.value = currentTarget.value;
          }}
        />
      </label>
      {about && (
        <p class="examples">
          {(about.questions ?? words.questions(about.things)).map((one) => (
            <button
              key={one}
              type="button"
              onClick={() => {
                question.value = one;
                void ask();
              }}
            >
              {one || words.describe}
            </button>
          ))}
        </p>
      )}
      <div class="actions">
        <button type="submit" class="main" disabled={!picture.value || busy.value}>
          {words.ask}
        </button>
        {busy.value && (
          <button type="button" onClick={stopAsking}>
            {text.stop}
          </button>
        )}
      </div>
      <details>
        <summary>{words.labels}</summary>
        <textarea
          aria-label={words.labels}
          rows={2}
          placeholder={words.labelsHint}
          value={ownLabels.value ?? ''}
          onInput={({ currentTarget }) => {
            ownLabels.value = currentTarget.value || null;
          }}
        />
      </details>
    </form>
  );
}

function Answer() {
  if (labels.value.length === 0) return null;
  return (
    <>
      <h3>{words.answer}</h3>
      <ol class="labels">
        {labels.value.map(({ name, score, before }) => (
          <li key={name}>
            <span class="name">{name}</span>
            <meter min={0} max={1} value={Math.max(0, score)} aria-label={name} />
            <span class="value">{score.toFixed(2)}</span>
            <span class="note">
              {words.without} {before.toFixed(2)}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

function Crops() {
  if (crops.value.length === 0) return null;
  return (
    <>
      <h3>{words.crops}</h3>
      <p class="note">{words.cropsHint}</p>
      <ol class="crops">
        {crops.value.map(({ place, picture, score }) => (
          <li key={place}>
            <img src={picture.url} alt={words.cropAlt(place)} />
            <span>{place}</span>
            <span class="value">{score.toFixed(2)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

function forQuestions(pictures: readonly SamplePicture[]): SamplePicture[] {
  return Object.entries(OFFERED).flatMap(([wanted, count]) =>
    pictures.filter(({ kind }) => kind === wanted).slice(0, count),
  );
}

function take(data: DataTransfer | null): void {
  const [first] = picturesIn(data);
  if (first) askAbout(first.blob, first.name);
}

async function takeSample({ file, title }: SamplePicture): Promise<void> {
  try {
    askAbout(await (await fetch(sampleUrl(file))).blob(), title);
  } catch (error) {
    notifyError(error);
  }
}
