/** The proposed built-in `SemanticEmbedder` of browsers, implemented with this package: use it directly, or install it as a polyfill. */
import { createEmbedder } from '../client/create-embedder.ts';
import type { Embedder, EmbedderOptions } from '../client/types.ts';
import { TteError } from '../shared/errors.ts';
import type { LoadProgress, Role } from '../shared/types.ts';

export type TaskType =
  | 'semantic-similarity'
  | 'retrieval-query'
  | 'retrieval-document'
  | 'classification'
  | 'clustering';

export interface SemanticEmbedderResult {
  embeddings: { values: Float32Array; statistics: { tokenCount: number; truncated: boolean } }[];
  metadata: { embeddingSpace: string; maxInputTokens: number };
}

export interface SemanticEmbedderCreateOptions {
  /** Receives an `EventTarget` that fires `downloadprogress` with `loaded` from 0 to 1 and `total` 1. */
  monitor?: (monitor: EventTarget) => void;
  signal?: AbortSignal;
}

/** Instances come from `create`. */
export interface SemanticEmbedderInstance {
  embed(
    input: string | readonly string[],
    options?: { taskType?: TaskType; signal?: AbortSignal },
  ): Promise<SemanticEmbedderResult>;
  destroy(): void;
}

export interface SemanticEmbedderFactory {
  /** `unavailable` outside a browser; `available` once `create` has loaded the model in this page; else `downloadable`. */
  availability(): Promise<'unavailable' | 'downloadable' | 'available'>;
  create(options?: SemanticEmbedderCreateOptions): Promise<SemanticEmbedderInstance>;
}

/** Retrieval queries have role `query`; all other tasks embed documents. */
const roleOf = (task: TaskType): Role => (task === 'retrieval-query' ? 'query' : 'document');

/**
 * @param options as for `createEmbedder`
 * @example
 * const SemanticEmbedder = semanticEmbedder();
 * const embedder = await SemanticEmbedder.create();
 * const { embeddings } = await embedder.embed(['a', 'b'], { taskType: 'retrieval-document' });
 */
export function semanticEmbedder(options: EmbedderOptions = {}): SemanticEmbedderFactory {
  let loadedBefore = false;
  return {
    async availability() {
      if (typeof Worker === 'undefined' || typeof WebAssembly === 'undefined') return 'unavailable';
      return loadedBefore ? 'available' : 'downloadable';
    },
    async create({ monitor, signal } = {}) {
      const events = new EventTarget();
      monitor?.(events);
      const onProgress = (progress: LoadProgress) => {
        options.onProgress?.(progress);
        const loaded = progress.total > 0 ? progress.loaded / progress.total : 0;
        events.dispatchEvent(
          new ProgressEvent('downloadprogress', { lengthComputable: true, loaded, total: 1 }),
        );
      };
      const embedder = await createEmbedder({ ...options, onProgress, ...(signal && { signal }) });
      loadedBefore = true;
      return instance(embedder);
    },
  };
}

/** Makes `globalThis.SemanticEmbedder`, unless the browser has one. Returns whether it was made. */
export function installSemanticEmbedder(options: EmbedderOptions = {}): boolean {
  if ('SemanticEmbedder' in globalThis) return false;
  Object.defineProperty(globalThis, 'SemanticEmbedder', {
    value: semanticEmbedder(options),
    configurable: true,
    writable: true,
  });
  return true;
}

function instance(embedder: Embedder): SemanticEmbedderInstance {
  return {
    async embed(input, { taskType = 'semantic-similarity', signal } = {}) {
      const texts = typeof input === 'string' ? [input] : input;
      if (!Array.isArray(texts))
        throw new TteError('invalid-input', 'input: must be a text or an array of texts.');
      // The proposal has no think modes, and vectors of all its tasks are compared, so neither documents nor queries get traces.
      const results = await embedder.embedMany(texts, {
        role: roleOf(taskType),
        think: 'never',
        ...(signal && { signal }),
      });
      return {
        embeddings: results.map(({ vector, usage, truncated }) => ({
          values: vector,
          statistics: { tokenCount: usage.inputTokens, truncated },
        })),
        metadata: {
          embeddingSpace: results[0]?.space ?? '',
          maxInputTokens: embedder.info.maxTokens,
        },
      };
    },
    destroy: () => void embedder.dispose(),
  };
}
