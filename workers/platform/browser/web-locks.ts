/** Web Locks, which hold across all tabs of an origin. */
import { abortedError } from '../../../src/shared/errors.ts';
import type { Acquire } from '../../storage/locks.ts';

/**
 * Without Web Locks (in an insecure context, or where site data is blocked) nothing is locked: two tabs may then download the
 * same file, and hashes detect chunks that they have overwritten.
 */
export const acquireLock: Acquire = (name, mode, signal) => {
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((resolve, reject) => {
    const options = signal ? { mode, signal } : { mode };
    navigator.locks
      .request(name, options, () => new Promise<void>((release) => resolve(() => release())))
      .catch((error) => {
        if (signal?.aborted) reject(abortedError(signal));
        else if (error?.name === 'SecurityError') resolve(() => {});
        else reject(error);
      });
  });
};
