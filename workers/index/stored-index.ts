/** Cleans up the stored records of one index, and reads again what another tab has replaced. */
import { TteError } from '../../src/shared/errors.ts';
import type { Store } from '../storage/database.ts';
import { dropSegments, type IndexManifest, SegmentSuperseded, storedSegments } from './segments.ts';

export interface StoredIndex {
  store: Store;
  name: string;
}

const ATTEMPTS = 3;

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
