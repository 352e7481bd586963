/** The public shapes that need DOM types; the rest of the vocabulary is in `src/shared/types.ts`. */
import type {
  Device,
  Dtype,
  EmbedderInfo,
  EmbedderWarning,
  Embedding,
  LoadProgress,
  Role,
  StorageReport,
  ThinkMode,
  Trace,
} from '../shared/types.ts';
import type { OpenIndexOptions, VectorIndex } from './index-types.ts';

/**
 * A picture. Blobs and URLs are decoded in the worker, EXIF orientation applied. An `ImageBitmap` is handed over:
 * it is transferred, and empty afterwards (with a reasoner function it is copied). Of a video, the current frame.
 * A URL string is relative to the page, and must be same-origin or allow CORS; `data:` and `blob:` work too.
 */
export type ImageSource =
  | Blob
  | ImageBitmap
  | ImageData
  | HTMLImageElement
  | HTMLCanvasElement
  | HTMLVideoElement
  | OffscreenCanvas
  | string;

/** What to embed: any mix of pictures and text, at most one of `image`, `frames`, `pages`. */
export interface EmbedInput {
  /** One picture. */
  image?: ImageSource | undefined;
  /** Frames of a video, in order. */
  frames?: readonly ImageSource[] | undefined;
  /** Pages of a document, in order. */
  pages?: readonly ImageSource[] | undefined;
  text?: string | undefined;
  /** What the vector is for, e.g. `'Find a photo of the same animal.'`. Never enough alone. */
  instruction?: string | undefined;
  /** A trace from `think`, edited, or from anywhere else: used instead of thinking. */
  trace?: string | undefined;
}

export interface EmbedManyOptions {
  /**
   * When to think first; see `ThinkMode`.
   * @default 'auto' where the embedder can think, else 'never'
   */
  think?: ThinkMode;
  /**
   * Which side of the search this is.
   * @default 'query'
   */
  role?: Role;
  /**
   * Length of the vector; one of `info.dimensions`.
   * @default the model's full dimensions
   */
  dimensions?: number;
  /** Rejects the call at once with code 'aborted'; the worker stops at its next step. */
  signal?: AbortSignal;
  /** Items finished, failed ones included. */
  onProgress?: (done: number, total: number) => void;
  /**
   * What an item that fails does. `throw`: it rejects the whole call, which else resolves to the embeddings. `collect`: it rejects
   * only itself, and the call resolves to settled results.
   * @default 'throw'
   */
  onError?: 'throw' | 'collect';
}

export interface EmbedOptions extends Omit<EmbedManyOptions, 'onProgress' | 'onError'> {
  /** Receives the trace while it is written, at most 60 times a second. */
  onTrace?: (delta: string) => void;
}

export interface ThinkOptions {
  /**
   * How much to write.
   * @default 'full' where the embedder can, else 'answer'
   */
  think?: Exclude<ThinkMode, 'never'>;
  /** As in `EmbedOptions`: prompts may differ. @default 'query' */
  role?: Role;
  signal?: AbortSignal;
  /** Receives the trace while it is written, at most 60 times a second. */
  onTrace?: (delta: string) => void;
}

/** What a reasoner function is asked about. Pictures are as captured at the call: a video's frame stands still. */
export interface ReasonerInput {
  readonly images: readonly (Blob | ImageBitmap | string)[];
  readonly text: string;
  readonly instruction: string;
}

/**
 * Any source of traces (system `external`). Resolves to the trace: a short final statement in `answer` mode, in `full` mode
 * `<think>…</think>` before it. `onToken` takes the text as it comes; calling it is optional.
 */
export interface ReasonerFunction {
  (
    input: ReasonerInput,
    options: { signal: AbortSignal; onToken: (delta: string) => void; mode: 'answer' | 'full' },
  ): Promise<string>;
  /**
   * Traces are cached under it and it is part of `space`: change it when the function's answers change.
   * @default the function's name
   */
  readonly id?: string;
  /** True where the input is sent outside the page. */
  readonly leavesThePage?: boolean;
}

export interface EmbedderOptions {
  /**
   * A preset's name, a hub id (`owner/name` or `owner/name@revision`) or a folder URL (absolute, or beginning with
   * `/`, `./` or `../`, relative to the page), for both tasks or one for each. A reasoner may be a function.
   * @default 'pico'
   * @example
   * { embedder: 'minilm', reasoner: 'smollm2-135m' }
   */
  model?: string | { embedder: string; reasoner?: string | ReasonerFunction | null };
  /**
   * `auto`: WebGPU where it passes the model's self-test, else WASM. `'webgpu'` does not fall back, but rejects.
   * @default 'auto'
   */
  device?: Device | 'auto';
  /** Format of the weights. @default the best the device computes correctly */
  dtype?: Dtype;
  /** WASM threads; more than one needs cross-origin isolation. @default measured once and remembered */
  threads?: number;
  /** Folder of the built-in models. @default beside the package's own files */
  modelsUrl?: string;
  /** Where hub ids are fetched from. @default 'https://huggingface.co/' */
  hubUrl?: string;
  /** Bounds of the caches, in entries; 0 turns one off. @default { vectors: 10000, traces: 10000 } */
  cache?: { vectors?: number; traces?: number };
  /** Loading, in bytes; never goes back, also not over a change of device. */
  onProgress?: (progress: LoadProgress) => void;
  /** Something the page should show; also listed in `warnings`. */
  onWarning?: (warning: EmbedderWarning) => void;
  /** Gives up loading. */
  signal?: AbortSignal;
}

/** @see createEmbedder */
export interface Embedder {
  /** What is loaded and where it runs; follows a change of device. */
  readonly info: EmbedderInfo;
  /** Every warning so far. */
  readonly warnings: readonly EmbedderWarning[];
  /**
   * One input to one vector.
   * @throws TteError invalid-input | unsupported | reasoner-failed | run-failed | device-lost | worker-died | aborted | disposed
   * @example
   * const { vector } = await tte.embed({ image: file, text: 'in winter' }, { role: 'query' });
   */
  embed(input: EmbedInput, options?: EmbedOptions): Promise<Embedding>;
  /**
   * Many inputs, results in input order, batched in the worker. The first item that fails rejects the call, unless `onError: 'collect'`.
   * Give Blobs or URLs rather than elements where there are many: they are decoded one batch at a time.
   * @throws as `embed`; with `collect` only for the whole call, items' own errors are in the results
   */
  embedMany(
    items: readonly EmbedInput[],
    options: EmbedManyOptions & { onError: 'collect' },
  ): Promise<PromiseSettledResult<Embedding>[]>;
  embedMany(
    items: readonly EmbedInput[],
    options?: EmbedManyOptions & { onError?: 'throw' },
  ): Promise<Embedding[]>;
  /**
   * The trace alone: show it, edit it, pass it back as `input.trace`. Null where it came to nothing usable.
   * @throws TteError as `embed`; unsupported where the embedder cannot think
   */
  think(input: EmbedInput, options?: ThinkOptions): Promise<Trace | null>;
  /**
   * Opens a search index of this browser by its name, or makes it. Bound to one space: that of its items.
   * @throws TteError invalid-input | space-mismatch: it was made in another space (the message names both) | integrity
   * @example
   * const photos = await tte.openIndex('photos');
   */
  openIndex(name: string, options?: OpenIndexOptions): Promise<VectorIndex>;
  /** What is kept in this browser, and how large it is. */
  storage(): Promise<StorageReport>;
  /** Deletes a model by its id, with unfinished downloads. Files that another model shares stay. */
  deleteModel(id: string): Promise<void>;
  /** Deletes a search index by its name. One that is not there is no error. */
  deleteIndex(name: string): Promise<void>;
  /** Empties the cache of vectors, or that of traces. */
  clearCache(cache: 'vectors' | 'traces'): Promise<void>;
  /** Deletes everything that this package keeps in this browser: models, caches, measurements and indexes. */
  clearAll(): Promise<void>;
  /** Ends the worker and returns its memory; pending calls reject with code 'disposed'. */
  dispose(): Promise<void>;
}
