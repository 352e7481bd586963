/** With a stand-in for IndexedDB that has just what is used: how its connection begins, fails and ends. */
import { afterEach, expect, test, vi } from 'vitest';
import { indexedDbStore } from './indexed-db.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

interface Opening {
  result: unknown;
  error: DOMException | null;
  onsuccess: () => void;
  onerror: () => void;
  onupgradeneeded?: () => void;
  onblocked?: () => void;
}

/** A request that succeeds in the next task or, without a result, fails without a reason. */
function request(result?: unknown, error: DOMException | null = null): Opening {
  const made: Opening = { result, error, onsuccess: () => {}, onerror: () => {} };
  setTimeout(() => (result === undefined ? made.onerror() : made.onsuccess()));
  return made;
}

interface Connection {
  isOpen: boolean;
  onversionchange?: () => void;
}

interface FakeDatabase {
  version: number;
  stores: Set<string>;
  /** Another connection that does not close. */
  isHeld?: boolean;
}

/** @param database what is stored; an upgrade by another script, just before ours, is what `beforeUpgrade` does */
function fakeIndexedDb(
  database: FakeDatabase = { version: 1, stores: new Set(['entries']) },
  beforeUpgrade = (_: FakeDatabase) => {},
) {
  const connections: Connection[] = [];
  const open = (_name: string, version?: number) => {
    if (version !== undefined) beforeUpgrade(database);
    if (version !== undefined && version < database.version) {
      return request(
        undefined,
        new DOMException('The version is less than the existing one.', 'VersionError'),
      );
    }
    const db = {
      isOpen: true,
      version: database.version,
      objectStoreNames: { contains: (name: string) => database.stores.has(name) },
      createObjectStore: (name: string) => database.stores.add(name),
      close() {
        db.isOpen = false;
      },
      transaction() {
        if (!db.isOpen) throw new DOMException('The connection is closing.', 'InvalidStateError');
        if (!database.stores.has('entries')) throw new DOMException('No such object store.', 'NotFoundError');
        const store = { get: (key: string) => request(key), transaction: { db } };
        return { objectStore: () => store };
      },
    };
    if (version === undefined || version === database.version) {
      connections.push(db);
      return request(db);
    }
    const upgrade: Opening = { result: db, error: null, onsuccess: () => {}, onerror: () => {} };
    setTimeout(() => {
      if (database.isHeld) return upgrade.onblocked?.();
      database.version = version;
      upgrade.onupgradeneeded?.();
      connections.push(db);
      upgrade.onsuccess();
    });
    return upgrade;
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

test('a database that another script has made empty gets the object store', async () => {
  const database: FakeDatabase = { version: 1, stores: new Set(['theirs']) };
  const connections = fakeIndexedDb(database);
  const store = indexedDbStore('test');
  expect(await store.get('a')).toBe('a');
  expect(database).toEqual({ version: 2, stores: new Set(['theirs', 'entries']) });
  expect(connections.map(({ isOpen }) => isOpen)).toEqual([false, true]);
});

test('two that make the object store at once both find it', async () => {
  const database: FakeDatabase = { version: 1, stores: new Set() };
  fakeIndexedDb(database, (database) => {
    database.version = 3;
    database.stores.add('entries');
  });
  expect(await indexedDbStore('test').get('a')).toBe('a');
});

test('an empty database that another script keeps open fails with what to do, and is used once it is let go', async () => {
  vi.useFakeTimers();
  const database: FakeDatabase = { version: 1, stores: new Set(), isHeld: true };
  fakeIndexedDb(database);
  const store = indexedDbStore('test');
  const refused = expect(store.get('a')).rejects.toMatchObject({
    name: 'InvalidStateError',
    message: expect.stringMatching(/'test'.*close it there, or delete it/),
  });
  await vi.runAllTimersAsync();
  await refused;
  database.isHeld = false;
  const found = store.get('a');
  await vi.runAllTimersAsync();
  expect(await found).toBe('a');
});
