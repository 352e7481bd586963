/** A collection in a real IndexedDB, in a worker that can be killed. */
import { dropIndex, storedSegments } from '../../workers/index/segments.ts';
import { indexedDbStore } from '../../workers/platform/browser/indexed-db.ts';
import { acquireLock } from '../../workers/platform/browser/web-locks.ts';
import type { Store } from '../../workers/storage/database.ts';
import { idsOf, item, mortal, openTab, type Tab, writeAll } from '../../workers/testing/collections.ts';

const store = indexedDbStore('think-then-embed/indexes');

const open = (on: Store, name: string): Promise<Tab> => openTab({ store: on, name, acquire: acquireLock });

/** Writes, and reports through `channel` what the page must know after this worker was killed. */
async function writeTelling(on: Store, name: string, channel: BroadcastChannel): Promise<void> {
  await writeAll(await open(on, name), (there, gone) => channel.postMessage({ there, gone }));
  channel.postMessage({ finished: true });
}

/** Writes, and waits to be killed at the given step; resolves only if there are fewer steps. */
export function write(name: string, step: number, when: 'before' | 'during' | 'after'): Promise<void> {
  const channel = new BroadcastChannel(name);
  return writeTelling(
    mortal(store, step, when, () => channel.postMessage({ struck: true })),
    name,
    channel,
  );
}

/**
 * Like `write`, but stops after the n-th record that is put or deleted: later records of the transaction are not written, and the
 * transaction is kept open until this worker is killed. Thumbnails are not counted, as they are many and all the same.
 */
export function writeRecords(name: string, step: number): Promise<void> {
  const channel = new BroadcastChannel(name);
  const { put, delete: drop } = IDBObjectStore.prototype;
  let records = 0;
  const stay = (store: IDBObjectStore) => {
    store.get('').onsuccess = () => stay(store);
  };
  const struck = (store: IDBObjectStore, key: unknown) => {
    if (records >= step) return true;
    if (!String(key).startsWith('picture/') && ++records === step) {
      channel.postMessage({ struck: true });
      stay(store);
    }
    return false;
  };
  IDBObjectStore.prototype.put = function (value: unknown, key: IDBValidKey) {
    return struck(this, key) ? (this.get('') as IDBRequest<IDBValidKey>) : put.call(this, value, key);
  };
  IDBObjectStore.prototype.delete = function (key: IDBValidKey) {
    return struck(this, key) ? this.get('') : drop.call(this, key);
  };
  return writeTelling(store, name, channel);
}

/** Checks the index from another worker: missing ids, unexpected ids, and orphaned segments. */
export async function check(name: string, there: readonly string[], gone: readonly string[]) {
  const survivor = await open(store, name);
  const found = new Set(await idsOf(survivor));
  await survivor.append([item('afterwards')]);
  const again = await idsOf(await open(store, name));
  const known = new Set((await survivor.manifest()).segments.map(({ number }) => number));
  const problems = {
    lost: there.filter((id) => !found.has(id)),
    risen: gone.filter((id) => found.has(id)),
    orphans: [...(await storedSegments(store, name))].filter((number) => !known.has(number)),
    works: again.includes('afterwards'),
  };
  await dropIndex(store, name);
  return problems;
}
