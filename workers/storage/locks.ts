/** Web Locks as a handle: shared for reading a file, exclusive for writing or deleting it, across all tabs. */
import { aborted } from './aborted.ts';

export type LockMode = 'shared' | 'exclusive';

/** Resolves once the lock is held, to the function that gives it back. @throws TteError aborted */
export type Acquire = (name: string, mode: LockMode, signal: AbortSignal | null) => Promise<() => void>;

/**
 * Without Web Locks (an insecure context) nothing is locked: two tabs may then download the same file, and what
 * they overwrite is found by its hash.
 */
export const acquireLock: Acquire = (name, mode, signal) => {
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((resolve, reject) => {
    const options = signal ? { mode, signal } : { mode };
    navigator.locks
      .request(name, options, () => new Promise<void>((release) => resolve(() => release())))
      .catch((error) => reject(signal?.aborted ? aborted(signal) : error));
  });
};
