/** Reads, writes and cleans up the stored records of one index, and translates storage errors. */
import { TteError } from '../../src/shared/errors.ts';
import type { Store } from '../storage/database.ts';
import type { Save } from './index-state.ts';
import {
  dropSegments,
  type IndexManifest,
  readManifest,
  SegmentSuperseded,
  storedSegments,
} from './segments.ts';

export interface StoredIndex {
  store: Store;
  name: string;
}

const ATTEMPTS = 3;

/** @throws TteError unsupported: the browser denies access to IndexedDB */
export async function storedManifest({ store, name }: StoredIndex): Promise<IndexManifest | null> {
  try {
    return await readManifest(store, name);
  } catch (cause) {
    throw new TteError('unsupported', `The browser refuses to read the index '${name}' (IndexedDB).`, {
      cause,
    });
  }
}

/** @throws TteError quota */
export async function saveEntries({ store, name }: StoredIndex, entries: Parameters<Save>[0]): Promise<void> {
  try {
    await store.set(entries);
  } catch (cause) {
    if ((cause as Error | null)?.name !== 'QuotaExceededError') throw cause;
    throw new TteError('quota', `The browser refuses to store more of the index '${name}'.`, { cause });
  }
}

/** Removes segments left behind by a killed writer or compaction. The caller holds the index's lock. */
export async function sweep({ store, name }: StoredIndex, manifest: IndexManifest | null): Promise<void> {
  const known = new Set(manifest?.segments.map(({ number }) => number));
  const stored = await storedSegments(store, name);
  await dropSegments(
    store,
    name,
    [...stored].filter((number) => !known.has(number)),
  );
}

/**
 * Runs `attempt` again if it found records missing: another tab may have replaced the manifest. If they stay missing, data is lost.
 * @throws TteError integrity
 */
export async function repeating<T>(name: string, attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      return await attempt();
    } catch (cause) {
      if (!(cause instanceof SegmentSuperseded)) throw cause;
      if (left === 0) throw new TteError('integrity', `Part of the index '${name}' is missing.`, { cause });
    }
  }
}
