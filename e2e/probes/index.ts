/** A collection on a real IndexedDB, in a worker that may be killed. */
import { type Collection, openCollection } from '../../workers/index/collection.ts';
import { dropIndex, storedSegments } from '../../workers/index/segments.ts';
import { idsOf, item, mortal, space, writeAll } from '../../workers/index/testing.ts';
import { indexedDbStore, type Store } from '../../workers/storage/database.ts';
import { acquireLock } from '../../workers/storage/locks.ts';

const NAME = 'crashes';
const store = indexedDbStore('think-then-embed/indexes');
/** What the page must know after this worker is gone. */
const channel = new BroadcastChannel('crash-test');

const open = (on: Store): Promise<Collection> =>
  openCollection({ store: on, name: NAME, space: space(), acquire: acquireLock, announce: () => {} });

/** Writes, and waits to be killed at a step; resolves only where there are fewer. */
export async function write(step: number, when: 'before' | 'during' | 'after'): Promise<void> {
  const writer = await open(mortal(store, step, when, () => channel.postMessage({ struck: true })));
  await writeAll(writer, (there, gone) => channel.postMessage({ there, gone }));
  channel.postMessage({ finished: true });
}

/**
 * As `write`, but stopped dead at its n-th record, put or deleted: others of the same transaction are told to the browser, and the
 * transaction neither ends nor is aborted by anybody here. Thumbnails are not counted: they are many, and alike.
 */
export async function writeRecords(step: number): Promise<void> {
  let records = 0;
  const strike = (key: unknown) => {
    if (String(key).startsWith('picture/') || ++records !== step) return;
    channel.postMessage({ struck: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
  const { put, delete: drop } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value: unknown, key?: IDBValidKey) {
    const request = put.call(this, value, key);
    strike(key);
    return request;
  };
  IDBObjectStore.prototype.delete = function (key: IDBValidKey | IDBKeyRange) {
    const request = drop.call(this, key);
    strike(key);
    return request;
  };
  const writer = await open(store);
  await writeAll(writer, (there, gone) => channel.postMessage({ there, gone }));
  channel.postMessage({ finished: true });
}

/** What another worker finds: ids that should be there and are not, the other way round, and segments nobody knows. */
export async function check(there: readonly string[], gone: readonly string[]) {
  const survivor = await open(store);
  const found = new Set(await idsOf(survivor));
  await survivor.append([item('afterwards')]);
  const again = await idsOf(await open(store));
  const known = new Set(survivor.manifest.segments.map(({ number }) => number));
  const problems = {
    lost: there.filter((id) => !found.has(id)),
    risen: gone.filter((id) => found.has(id)),
    orphans: [...(await storedSegments(store, NAME))].filter((number) => !known.has(number)),
    works: again.includes('afterwards'),
  };
  await dropIndex(store, NAME);
  return problems;
}
