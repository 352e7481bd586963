import type { Store } from './database.ts';

/** Stored results of measurements and tests, by name. Getting and setting never fail: a lost result is measured again. */
export interface Measurements {
  /** Undefined if there is no result. */
  get(name: string): Promise<unknown>;
  set(name: string, value: unknown): Promise<void>;
  clear(): Promise<void>;
}

export function createMeasurements(store: Store): Measurements {
  return {
    get: (name) => store.get(`fact/${name}`).catch(() => undefined),
    set: (name, value) => store.set([[`fact/${name}`, value]]).catch(() => {}),
    clear: async () => store.remove(await store.keys('fact/')),
  };
}
