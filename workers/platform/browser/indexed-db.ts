/** A store in IndexedDB. */
import { promisifyRequest } from 'idb-keyval';
import type { Store } from '../../storage/database.ts';
import { openDatabase } from './open-database.ts';

/** The object store of each database. */
const ENTRIES = 'entries';

type Use = <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>) => Promise<T>;

/**
 * Uses a database of its own. Opened on first use; every method rejects if the browser refuses IndexedDB, and `set` rejects with
 * QuotaExceededError when it is full.
 */
export function indexedDbStore(database: string): Store {
  let opening: Promise<IDBDatabase> | undefined;

  function open(): Promise<IDBDatabase> {
    if (opening !== undefined) return opening;
    const opened = openDatabase(database, ENTRIES, forget);
    function forget() {
      if (opening === opened) opening = undefined;
    }
    opening = opened;
    opened.catch(forget);
    return opened;
  }

  const use: Use = async (mode, work) => {
    try {
      return await work((await open()).transaction(ENTRIES, mode).objectStore(ENTRIES));
    } catch (error) {
      throw error ?? unexplained(mode);
    }
  };
  let asked: Asked[] = [];

  /** Simultaneous reads share a transaction, since a transaction costs more than reading a small record. */
  function readAsked() {
    const together = asked;
    asked = [];
    const refuse = (error: unknown) => {
      for (const { reject } of together) reject(error);
    };
    use('readonly', (store) =>
      Promise.all(
        together.map(({ key, resolve, reject }) =>
          promisifyRequest<unknown>(store.get(key)).then(resolve, (error) =>
            reject(error ?? unexplained('readonly')),
          ),
        ),
      ),
    ).catch(refuse);
  }

  return {
    get: (key) =>
      new Promise((resolve, reject) => {
        if (asked.length === 0) queueMicrotask(readAsked);
        asked.push({ key, resolve, reject });
      }),
    set: (entries) =>
      use('readwrite', (store) => {
        for (const [key, value] of entries) store.put(value, key);
        return promisifyRequest<undefined>(store.transaction);
      }),
    async entries(prefix) {
      const [keys, values] = await use('readonly', (store) =>
        Promise.all([
          promisifyRequest(store.getAllKeys(below(prefix))),
          promisifyRequest<unknown[]>(store.getAll(below(prefix))),
        ]),
      );
      return keys.map((key, index) => [String(key), values[index]]);
    },
    keys: async (prefix) => {
      const keys = await use('readonly', (store) => promisifyRequest(store.getAllKeys(below(prefix))));
      return keys.map(String);
    },
    remove: (keys) =>
      use('readwrite', (store) => {
        for (const key of keys) store.delete(key);
        return promisifyRequest<undefined>(store.transaction);
      }),
  };
}

/** A pending read. */
interface Asked {
  key: string;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Requests and transactions that the browser aborts may have the error `null`, from which no name can be read. Writes are aborted this
 * way when there is no room.
 */
function unexplained(mode: IDBTransactionMode): DOMException {
  const [what, name] =
    mode === 'readonly'
      ? ['reading its database', 'UnknownError']
      : ['writing to its database', 'QuotaExceededError'];
  return new DOMException(`The browser gave up ${what}, and does not say why.`, name);
}

function below(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}
