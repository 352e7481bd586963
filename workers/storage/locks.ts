/** Locks as handles: shared for reading a file, exclusive for writing or deleting it, across all tabs and processes. */

export type LockMode = 'shared' | 'exclusive';

/** Resolves once the lock is held, to the function that gives it back. @throws TteError aborted */
export type Acquire = (name: string, mode: LockMode, signal: AbortSignal | null) => Promise<() => void>;
