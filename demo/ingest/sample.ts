/** The sample collection that is served with the page. */
import type { IndexItem } from 'think-then-embed';
import {
  type Embedded,
  noteItem,
  pictureItem,
  type Sample,
  type SampleItem,
  unpackVector,
} from './sample-items.ts';

/** Notes and pictures are interleaved so that the first screen shows both. */
const NOTES = 4;
/** Pictures fetched in parallel. */
const PICTURES = 8;
const folder = new URL('samples/', document.baseURI);
let loaded: Promise<Sample> | null = null;

export function sample(): Promise<Sample> {
  loaded ??= fetchJson<Sample>('collection.json');
  loaded.catch(() => {
    loaded = null;
  });
  return loaded;
}

export function sampleUrl(file: string): string {
  return new URL(file, folder).href;
}

/** @param space of the index that they are added to: where their vectors are in it, they need not be computed */
export async function* sampleItems(space: string): AsyncGenerator<IndexItem> {
  const [collection, { space: made, items: embedded }] = await Promise.all([
    sample(),
    fetchJson<Embedded>('embedded.json'),
  ]);
  const { pictures, notes } = collection;
  const rounds = Math.max(pictures.length / PICTURES, notes.length / NOTES);
  for (let round = 0; round < rounds; round++) {
    for (const note of notes.slice(round * NOTES, (round + 1) * NOTES)) {
      yield withVector(noteItem(collection, note));
    }
    const some = pictures
      .slice(round * PICTURES, (round + 1) * PICTURES)
      .map((picture) => pictureItem(collection, picture));
    const images = some.map(async ({ file = '' }) => (await fetch(sampleUrl(file))).blob());
    for (const [i, image] of (await Promise.all(images)).entries()) {
      yield { ...withVector(some[i] as SampleItem), image };
    }
  }

  function withVector({ file: _, ...item }: SampleItem): IndexItem {
    const known = space === made ? embedded[item.id] : undefined;
    if (!known) return item;
    const { vector, trace } = known;
    return { ...item, vector: unpackVector(vector), ...(trace !== null && { trace }) };
  }
}

/** Every thing shown in the sample pictures, without duplicates: the default labels. */
export async function sampleThings(): Promise<string[]> {
  const { pictures } = await sample();
  return [...new Set(pictures.flatMap(({ things }) => things))].sort();
}

async function fetchJson<T>(file: string): Promise<T> {
  return (await fetch(sampleUrl(file))).json() as Promise<T>;
}
