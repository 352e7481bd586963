/** The first screen for new visitors: what this is, and a button to try it. */
import { megabytes } from '../format.ts';
import { sampleUrl } from '../ingest/sample.ts';
import { choice } from '../state/choices.ts';
import { addFiles, addSample } from '../state/collection.ts';
import { notifyError } from '../state/notices.ts';
import { text } from '../strings.ts';
import { PickButton } from '../ui/controls.tsx';

const { hero } = text;
const SHOWN = [
  'scene-02',
  'photo-chelsea',
  'scene-04',
  'volcano',
  'scene-01',
  'panda',
  'scene-09',
  'photo-coffee',
  'scene-14',
];

export function Hero() {
  const { name, bytes, license } = choice.value;
  const files = (found: Parameters<typeof addFiles>[0]) => void addFiles(found).catch(notifyError);
  return (
    <section class="hero">
      <h2>{hero.title}</h2>
      <p class="lead">{hero.about}</p>
      <div class="actions">
        <button type="button" class="main" onClick={() => void addSample().catch(notifyError)}>
          {hero.sample}
        </button>
        <PickButton label={hero.folder} folder onFiles={files} />
        <PickButton label={hero.files} id="files" onFiles={files} />
      </div>
      <p class="note">{hero.drop}</p>
      <Strip />
      <p class="note">
        {hero.cost(bytes === null ? text.device.unknownSize : megabytes(bytes), license, name)}{' '}
        <a href="#device">{hero.choose}</a>
      </p>
    </section>
  );
}

/** A strip of sample pictures, as decoration. */
function Strip() {
  return (
    <div class="strip" aria-hidden="true">
      {SHOWN.map((file) => (
        <img key={file} src={sampleUrl(`${file}.webp`)} alt="" width="96" height="96" />
      ))}
    </div>
  );
}
