/** Key-value stores: IndexedDB through idb-keyval, and memory with the same contract (store-contract.ts). */
import { createStore, promisifyRequest } from 'idb-keyval';

export interface Store {
  /** The value, or undefined where there is none. */
  get(key: string): Promise<unknown>;
  /** Writes all entries or none. A stored value must not be changed afterwards. */
  set(entries: readonly (readonly [key: string, value: unknown])[]): Promise<void>;
  /** Keys and values below a prefix, in the order of their keys. */
  entries(prefix: string): Promise<[key: string, value: unknown][]>;
  /** Keys below a prefix, in order. */
  keys(prefix: string): Promise<string[]>;
  /** Removes keys; those that do not exist are no error. */
  remove(keys: readonly string[]): Promise<void>;
}

/**
 * A database of its own (idb-keyval allows one object store per database). Opened at the first use; every
 * method rejects where the browser refuses IndexedDB, and `set` rejects with QuotaExceededError when full.
 */
export function indexedDbStore(database: string): Store {
  const use = createStore(database, 'entries');
  return {
    get: (key) => use('readonly', (store) => promisifyRequest<unknown>(store.get(key))),
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

/** The fallback where nothing can be stored: lives as long as the worker. */
export function memoryStore(): Store {
  const map = new Map<string, unknown>();
  const below = (prefix: string) => [...map.keys()].filter((key) => key.startsWith(prefix)).sort();
  return {
    get: async (key) => map.get(key),
    set: async (entries) => {
      for (const [key, value] of entries) map.set(key, value);
    },
    entries: async (prefix) => below(prefix).map((key) => [key, map.get(key)]),
    keys: async (prefix) => below(prefix),
    remove: async (keys) => {
      for (const key of keys) map.delete(key);
    },
  };
}

function below(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}
