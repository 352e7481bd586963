/** React hooks for a shared embedder and for searches that follow their query. Needs `react` 18 or newer. */
import { useEffect, useRef, useState } from 'react';
import type { SearchOptions, SearchQuery, VectorIndex } from '../client/index-types.ts';
import type { Embedder, EmbedderOptions } from '../client/types.ts';
import type { SearchHit, SearchResult } from '../shared/index-types.ts';
import type { LoadProgress } from '../shared/types.ts';
import { acquireEmbedder } from './shared-embedder.ts';

export interface EmbedderState {
  status: 'loading' | 'ready' | 'error';
  /** Null until `status` is `ready`. */
  embedder: Embedder | null;
  /** Load progress; null before the first report. */
  progress: LoadProgress | null;
  error: Error | null;
}

const LOADING: EmbedderState = { status: 'loading', embedder: null, progress: null, error: null };

/**
 * Loads an embedder. All components with the same options share one worker; it ends a second after the last of them was
 * unmounted, so that nothing is loaded twice by StrictMode's double mount or by navigation.
 *
 * @param options compared by value, functions by identity
 * @example
 * const { embedder, status, progress } = useEmbedder();
 */
export function useEmbedder(options: Omit<EmbedderOptions, 'onProgress' | 'signal'> = {}): EmbedderState {
  const [state, setState] = useState(LOADING);
  const stable = useStable(options);
  useEffect(() => {
    let mounted = true;
    const set = (patch: Partial<EmbedderState>) => {
      if (mounted) setState((before) => ({ ...before, ...patch }));
    };
    setState(LOADING);
    const { ready, release } = acquireEmbedder(stable, (progress) => set({ progress }));
    ready.then(
      (embedder) => set({ status: 'ready', embedder }),
      (error: Error) => set({ status: 'error', error }),
    );
    return () => {
      mounted = false;
      release();
    };
  }, [stable]);
  return state;
}

export interface SearchState {
  /** Hits of the latest stage; while a new query runs, those of the previous one. */
  hits: readonly SearchHit[];
  /** The result of the latest stage; null before the first. */
  result: SearchResult | null;
  /** Whether another stage will follow. */
  loading: boolean;
  error: Error | null;
}

const NOTHING: SearchState = { hits: [], result: null, loading: false, error: null };

/**
 * Searches whenever the query changes, and aborts the previous search. An empty text or `null` has no hits.
 *
 * @param query a text, or a query of `index.search`; compared by value
 * @param options as for `index.search`; compared by value
 * @example
 * const { hits, loading } = useSearch(index, text, { topK: 5 });
 */
export function useSearch(
  index: VectorIndex | null,
  query: string | SearchQuery | null,
  options: Omit<SearchOptions, 'signal'> = {},
): SearchState {
  const [state, setState] = useState(NOTHING);
  const stableQuery = useStable(query);
  const stableOptions = useStable(options);
  useEffect(() => {
    if (index === null || stableQuery === null || stableQuery === '') {
      setState(NOTHING);
      return;
    }
    const controller = new AbortController();
    setState((before) => ({ ...before, loading: true, error: null }));
    const asked = typeof stableQuery === 'string' ? { text: stableQuery } : stableQuery;
    follow(index.search(asked, { ...stableOptions, signal: controller.signal }), (patch) => {
      if (!controller.signal.aborted) setState((before) => ({ ...before, ...patch }));
    });
    return () => controller.abort();
  }, [index, stableQuery, stableOptions]);
  return state;
}

async function follow(
  stages: AsyncIterable<SearchResult>,
  set: (patch: Partial<SearchState>) => void,
): Promise<void> {
  try {
    for await (const result of stages) set({ hits: result.hits, result, loading: !result.final });
    set({ loading: false });
  } catch (error) {
    set({ loading: false, error: error as Error });
  }
}

/** Returns the same object as long as its value is the same, so that inline options do not restart an effect. */
function useStable<T>(value: T): T {
  const kept = useRef(value);
  if (!sameValue(kept.current, value)) kept.current = value;
  return kept.current;
}

function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && sameValue(a[key], b[key]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
