/** Key-value stores: their contract (tested by store-contract.ts), and the one in memory. */

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
