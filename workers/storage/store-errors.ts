/** A store whose errors are this package's. */
import { TteError } from '../../src/shared/errors.ts';
import type { Store } from './database.ts';

/**
 * The same store; its methods reject with `quota`, and with `unsupported` for whatever else keeps the platform from reading or writing:
 * a browser that refuses site data, a folder without permission, a broken disk. The cause is what the platform said.
 */
export function withTypedErrors(store: Store): Store {
  const reading = <T>(found: Promise<T>) => found.catch((cause) => fail('read', cause));
  const writing = (written: Promise<void>) => written.catch((cause) => fail('written', cause));
  return {
    get: (key) => reading(store.get(key)),
    entries: (prefix) => reading(store.entries(prefix)),
    keys: (prefix) => reading(store.keys(prefix)),
    set: (entries) => writing(store.set(entries)),
    remove: (keys) => writing(store.remove(keys)),
  };
}

function fail(how: 'read' | 'written', cause: unknown): never {
  const isFull = (cause as Error | null)?.name === 'QuotaExceededError';
  throw isFull
    ? new TteError(
        'quota',
        'There is no room left to store this. Delete what is no longer needed (`storage()` lists it), then call again.',
        { cause },
      )
    : new TteError(
        'unsupported',
        `Stored data cannot be ${how} (${cause}). A page needs access to its site data (IndexedDB), Node to the folder \`dataDir\`.`,
        { cause },
      );
}
