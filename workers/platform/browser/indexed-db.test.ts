/** With a stand-in for IndexedDB that has just what is used: how its connection begins, fails and ends. */
import { afterEach, expect, test, vi } from 'vitest';
import { indexedDbStore } from './indexed-db.ts';

afterEach(() => vi.unstubAllGlobals());

/** A request that succeeds in the next task or, without a result, fails without a reason. */
function request(result?: unknown) {
  const made = { result, error: null, onsuccess: () => {}, onerror: () => {} };
  setTimeout(() => (result === undefined ? made.onerror() : made.onsuccess()));
  return made;
}

interface Connection {
  isOpen: boolean;
  onversionchange?: () => void;
}

function fakeIndexedDb() {
  const connections: Connection[] = [];
  const open = () => {
    const db = {
      isOpen: true,
      close() {
        db.isOpen = false;
      },
      transaction() {
        if (!db.isOpen) throw new DOMException('The connection is closing.', 'InvalidStateError');
        const store = { get: (key: string) => request(key), transaction: { db } };
        return { objectStore: () => store };
      },
    };
    connections.push(db);
    return request(db);
  };
  vi.stubGlobal('indexedDB', { open });
  return connections;
}

/** One call of each method. */
function everyCall() {
  vi.stubGlobal('IDBKeyRange', { bound: () => ({}) });
  const store = indexedDbStore('test');
  const writes = [store.set([['a', 1]]), store.remove(['a'])];
  return { writes, reads: [store.get('a'), store.keys(''), store.entries('')] };
}

test('a database that fails without a reason fails with an error that has a name', async () => {
  vi.stubGlobal('indexedDB', { open: () => request() });
  const { writes, reads } = everyCall();
  for (const write of writes) await expect(write).rejects.toMatchObject({ name: 'QuotaExceededError' });
  for (const read of reads) await expect(read).rejects.toMatchObject({ name: 'UnknownError' });
});

test('where opening throws, as where site data is blocked, every method rejects', async () => {
  vi.stubGlobal('indexedDB', {
    open() {
      throw new DOMException('access is denied in this context', 'SecurityError');
    },
  });
  const { writes, reads } = everyCall();
  for (const call of [...writes, ...reads]) {
    await expect(call).rejects.toMatchObject({ name: 'SecurityError' });
  }
});

test('a database that somebody deletes is let go at once, and opened again by the next use', async () => {
  const connections = fakeIndexedDb();
  const store = indexedDbStore('test');
  expect(await Promise.all([store.get('a'), store.get('b')])).toEqual(['a', 'b']);
  expect(connections).toMatchObject([{ isOpen: true }]);
  connections[0]?.onversionchange?.();
  expect(connections).toMatchObject([{ isOpen: false }]);
  expect(await store.get('c')).toBe('c');
  expect(connections).toMatchObject([{ isOpen: false }, { isOpen: true }]);
});
