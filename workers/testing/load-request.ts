/** For tests that drive the host as a client does. */
import type { LoadRequest } from '../../src/shared/protocol.ts';

/** Loads one embedder on WASM, one thread, without caches. */
export const loadRequest = (embedder: string, different: Partial<LoadRequest> = {}): LoadRequest => ({
  embedder,
  reasoner: null,
  externalReasoner: null,
  leavesThePage: false,
  device: 'wasm',
  dtype: null,
  threads: 1,
  preload: false,
  customOperators: true,
  assetsUrl: null,
  modelsUrl: null,
  hubUrl: 'https://hub.invalid/',
  cache: { vectors: 0, traces: 0 },
  ...different,
});
