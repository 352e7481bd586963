/** Shares one embedder among all components that use the same options. */
import { createEmbedder } from '../client/create-embedder.ts';
import type { Embedder, EmbedderOptions } from '../client/types.ts';
import type { LoadProgress } from '../shared/types.ts';

/** How long an unused embedder is kept, since frameworks unmount components and mount them again. */
const GRACE_MS = 1_000;

interface Shared {
  embedder: Promise<Embedder>;
  loading: AbortController;
  listeners: Set<(progress: LoadProgress) => void>;
  users: number;
}

type Options = Omit<EmbedderOptions, 'onProgress' | 'signal'>;

const shared = new Map<string, Shared>();
const functionIds = new WeakMap<object, number>();
let functions = 0;

/**
 * @param onProgress called while the embedder loads
 * @returns the embedder, and a function that releases it; the worker ends some time after the last release
 */
export function acquireEmbedder(
  options: Options,
  onProgress?: (progress: LoadProgress) => void,
): { ready: Promise<Embedder>; release: () => void } {
  const key = keyOf(options);
  const entry = shared.get(key) ?? open(key, options);
  entry.users++;
  if (onProgress) entry.listeners.add(onProgress);
  let released = false;
  return {
    ready: entry.embedder,
    release() {
      if (released) return;
      released = true;
      if (onProgress) entry.listeners.delete(onProgress);
      entry.users--;
      setTimeout(() => closeUnused(key, entry), GRACE_MS);
    },
  };
}

function open(key: string, options: Options): Shared {
  const listeners: Shared['listeners'] = new Set();
  const loading = new AbortController();
  const onProgress = (progress: LoadProgress) => {
    for (const listener of listeners) listener(progress);
  };
  const embedder = createEmbedder({ ...options, onProgress, signal: loading.signal });
  const entry: Shared = { embedder, loading, listeners, users: 0 };
  shared.set(key, entry);
  embedder.catch(() => forget(key, entry)); // the next component tries again
  return entry;
}

function closeUnused(key: string, entry: Shared): void {
  if (entry.users > 0) return;
  forget(key, entry);
  entry.loading.abort();
  entry.embedder.then((embedder) => embedder.dispose()).catch(() => {}); // a failed load has nothing to end
}

function forget(key: string, entry: Shared): void {
  if (shared.get(key) === entry) shared.delete(key);
}

/** A key that is equal for equal options; functions are compared by identity. */
function keyOf(options: Options): string {
  return JSON.stringify(options, (_name, value: unknown) => {
    if (typeof value !== 'function') return value;
    const known = functionIds.get(value) ?? ++functions;
    functionIds.set(value, known);
    return `function ${known}`;
  });
}
