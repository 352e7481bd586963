/** Locks as handles: shared for reading a file, exclusive for writing or deleting it, across all tabs and processes. */

export type LockMode = 'shared' | 'exclusive';

/** Resolves to a release function once the lock is held. @throws TteError aborted */
export type Acquire = (name: string, mode: LockMode, signal: AbortSignal | null) => Promise<() => void>;

/** Maximum wait for a lock that is only wanted if it is free, since requests of other workers queue behind this one. */
const PATIENCE_MS = 100;

/** Acquires the lock exclusively if it is free; otherwise resolves to null. */
export async function acquireIfFree(acquire: Acquire, name: string): Promise<(() => void) | null> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    return await acquire(name, 'exclusive', giveUp.signal);
  } catch (error) {
    if (giveUp.signal.aborted) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
