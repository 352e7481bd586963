/** A store in IndexedDB, through idb-keyval. */
import { createStore, promisifyRequest } from 'idb-keyval';
import type { Store } from '../../storage/database.ts';

/**
 * Uses a separate database, since idb-keyval allows one object store per database. Opened on first use; every
 * method rejects if the browser refuses IndexedDB, and `set` rejects with QuotaExceededError when it is full.
 */
export function indexedDbStore(database: string): Store {
  const open = createStore(database, 'entries');
  /** Also turns what opening throws into a rejection: a browser may refuse so where site data is blocked. */
  const use: typeof open = async (mode, work) => {
    try {
      return await open(mode, (store) => {
        yieldToDeletion(store.transaction.db);
        return work(store);
      });
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

/**
 * A page that deletes the database, as many do when a user signs out, would wait until this worker ends, and whoever opens the database
 * in the meantime would wait, too. So it is closed, and opened again by its next use.
 */
function yieldToDeletion(db: IDBDatabase): void {
  db.onversionchange = () => {
    db.close();
    db.onclose?.(new Event('close')); // set by idb-keyval, which then forgets the connection
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
