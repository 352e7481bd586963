/** The full text of an index: read from the store at the first search that needs it, then kept in sync with its segments. */
import type { Store } from '../../storage/database.ts';
import type { Collection } from '../collection.ts';
import type { IndexState } from '../index-state.ts';
import { postingsEntry, readItems, readPostings, type Segment } from '../segments.ts';
import { createPart, type Part } from './part.ts';
import { createPostings } from './postings.ts';
import { createWordIndex, type PlacedPart, type WordIndex } from './word-index.ts';

export interface WordsSync {
  /** The full text of all segments. */
  current(state: IndexState): Promise<WordIndex>;
}

export function createWordsSync(
  store: Store,
  collection: Pick<Collection, 'name' | 'supplement'>,
): WordsSync {
  const { name } = collection;
  const parts = new Map<number, Promise<Part>>(); // by segment: no two ever have one number (segments.ts)
  let latest: { placed: readonly PlacedPart[]; index: WordIndex } | undefined;

  async function load(segment: Segment): Promise<Part> {
    const stored = await readPostings(store, name, segment.number);
    if (stored !== null) return createPart(stored);
    const made = await createPostings(await readItems(store, name, segment));
    // For the next visit; until it succeeds they are made again.
    collection.supplement(segment.number, postingsEntry(name, segment.number, made)).catch(() => {});
    return createPart(made);
  }

  function partOf(segment: Segment): Promise<Part> {
    const known = parts.get(segment.number);
    if (known !== undefined) return known;
    const loading = load(segment);
    parts.set(segment.number, loading);
    loading.catch(() => parts.delete(segment.number));
    return loading;
  }

  return {
    async current({ manifest, table }) {
      const segments = (manifest?.segments ?? []).filter(({ rows }) => rows > 0);
      const rows = segments.map(({ number }) => table.rowsOf(number)); // as they are now: a compaction moves them
      const numbers = new Set(segments.map(({ number }) => number));
      for (const number of parts.keys()) if (!numbers.has(number)) parts.delete(number);
      const loaded = await Promise.all(segments.map(partOf));
      const placed = loaded.map((part, i) => ({ part, rows: rows[i] as Uint32Array }));
      const isSame =
        latest?.placed.length === placed.length &&
        latest.placed.every(({ part, rows }, i) => part === placed[i]?.part && rows === placed[i]?.rows);
      if (!isSame) latest = { placed, index: createWordIndex(placed) };
      return (latest as NonNullable<typeof latest>).index;
    },
  };
}
