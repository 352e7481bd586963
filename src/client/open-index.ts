/** Indexes without a model. Their code is loaded when the first one is opened. */
import type { StorageReport } from '../shared/types.ts';
import { checkCommonOptions } from './common-options.ts';
import type { DetachedIndexes } from './detached.ts';
import type { DetachedIndexOptions, VectorIndex } from './index-types.ts';
import { pagePlatform, requirePage } from './page.ts';
import { part } from './part.ts';
import type { PackageFiles } from './types.ts';

let indexes: Promise<DetachedIndexes> | undefined;

/** The first call decides where the worker is. @throws TteError not-in-browser */
async function shared(files: PackageFiles): Promise<DetachedIndexes> {
  await checkCommonOptions(files);
  requirePage('Indexes are stored in the browser: call this in a page or a dedicated worker of it.');
  indexes ??= part(import('./detached.ts')).then(({ createDetachedIndexes }) =>
    createDetachedIndexes(pagePlatform(), files),
  );
  indexes.catch(() => {
    indexes = undefined;
  });
  return indexes;
}

/**
 * Opens an index of this browser without loading a model: it does everything except embedding. With a `space` of your own it is created
 * if it does not exist, for your own vectors; otherwise the first file imported creates it.
 *
 * @throws TteError invalid-input | not-in-browser | space-mismatch | integrity | unsupported | worker-died
 * @example
 * const photos = await openIndex('photos');
 * const { hits } = await photos.search({ like: ['beach.jpg'] });
 * await photos.close(); // the shared worker ends with the last index
 */
export async function openIndex(name: string, options: DetachedIndexOptions = {}): Promise<VectorIndex> {
  return (await shared(options)).openIndex(name, options);
}

/** Lists the indexes stored in this browser: their spaces, number of items, and size without thumbnails. */
export async function listIndexes(files: PackageFiles = {}): Promise<StorageReport['indexes']> {
  return (await shared(files)).listIndexes();
}

/** Deletes an index with all its items. Does nothing if there is none. Pending additions do not recreate it. */
export async function deleteIndex(name: string, files: PackageFiles = {}): Promise<void> {
  return (await shared(files)).deleteIndex(name);
}
