/** The sample collection that is served with the page. */
import type { IndexItem } from 'think-then-embed';

export interface Sample {
  name: string;
  licenses: readonly { what: string; from: string; license: string }[];
  notes: readonly { title: string; text: string }[];
  pictures: readonly SamplePicture[];
}

export interface SamplePicture {
  file: string;
  title: string;
  kind: 'scene' | 'pictogram' | 'photo' | 'page';
  /** For a scene in the order top left, top right, bottom left, bottom right. */
  things: readonly string[];
  /** Worth asking, where they do not follow from its things; empty: nothing, so that it is described. */
  questions?: readonly string[];
  /** Whose photograph it is. */
  credit?: { by: string; license: string };
}

/** Notes and pictures are interleaved so that the first screen shows both. */
const NOTES = 4;
/** Pictures fetched in parallel. */
const PICTURES = 8;
const folder = new URL('samples/', document.baseURI);
let loaded: Promise<Sample> | null = null;

export function sample(): Promise<Sample> {
  loaded ??= fetch(new URL('collection.json', folder)).then((answer) => answer.json() as Promise<Sample>);
  loaded.catch(() => {
    loaded = null;
  });
  return loaded;
}

export function sampleUrl(file: string): string {
  return new URL(file, folder).href;
}

export async function* sampleItems(): AsyncGenerator<IndexItem> {
  const { name: source, pictures, notes } = await sample();
  const rounds = Math.max(pictures.length / PICTURES, notes.length / NOTES);
  for (let round = 0; round < rounds; round++) {
    for (const { title, text } of notes.slice(round * NOTES, (round + 1) * NOTES)) {
      yield {
        id: `sample/${title}`,
        text: `${title}. ${text}`,
        metadata: { source, kind: 'text', name: title },
      };
    }
    const some = pictures.slice(round * PICTURES, (round + 1) * PICTURES);
    const images = some.map(async ({ file }) => (await fetch(sampleUrl(file))).blob());
    for (const [i, image] of (await Promise.all(images)).entries()) {
      const { file, title, kind: art, credit } = some[i] as SamplePicture;
      const kind = art === 'page' ? 'page' : 'picture';
      const credited = credit && { credit: `${credit.by}, ${credit.license}` };
      yield { id: `sample/${file}`, image, metadata: { source, kind, art, name: title, ...credited } };
    }
  }
}

/** Every thing shown in the sample pictures, without duplicates: the default labels. */
export async function sampleThings(): Promise<string[]> {
  const { pictures } = await sample();
  return [...new Set(pictures.flatMap(({ things }) => things))].sort();
}
