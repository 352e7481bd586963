/** Key-value stores: their contract (tested by store-contract.ts), and the one in memory. */

export interface Store {
  /** The value, or undefined if there is none. */
  get(key: string): Promise<unknown>;
  /** Writes all entries or none. A value must not be modified after it was stored. */
  set(entries: readonly (readonly [key: string, value: unknown])[]): Promise<void>;
  /** Keys and values with a prefix, ordered by key. */
  entries(prefix: string): Promise<[key: string, value: unknown][]>;
  /** Keys with a prefix, in order. */
  keys(prefix: string): Promise<string[]>;
  /** Removes keys; missing keys are ignored. */
  remove(keys: readonly string[]): Promise<void>;
}

/** The fallback if nothing can be stored; lasts as long as the worker. */
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
