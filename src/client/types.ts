/// <reference lib="esnext.disposable" preserve="true" />
/** The public shapes that need DOM types; the rest of the vocabulary is in `src/shared/types.ts`. */
import type { PackagedModel } from '../shared/packaged-model.ts';
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
import type { EmbedderIndex, OpenIndexOptions } from './index-types.ts';

/**
 * An image. Blobs, encoded bytes and URLs are decoded in the worker, with EXIF orientation applied. An `ImageBitmap` is transferred and
 * thereby closed (with a reasoner function it is copied instead). Of a video the current frame is used. A URL string is
 * resolved against the page and must be same-origin or allow CORS; `data:` and `blob:` URLs work, too. Transparent images are
 * composited on white.
 */
export type ImageSource =
  | Blob
  | Uint8Array<ArrayBuffer>
  | ArrayBuffer
  | ImageBitmap
  | ImageData
  | HTMLImageElement
  | HTMLCanvasElement
  | HTMLVideoElement
  | OffscreenCanvas
  | string;

/** What to embed: text, images, or both; at most one of `image`, `frames` and `pages`. */
export interface EmbedInput {
  /** A single image. */
  image?: ImageSource | undefined;
  /** Frames of a video, in order. */
  frames?: readonly ImageSource[] | undefined;
  /** Pages of a document, in order. */
  pages?: readonly ImageSource[] | undefined;
  text?: string | undefined;
  /** What the vector is for, e.g. `'Find a photo of the same animal.'`. Needs a text or an image beside it. */
  instruction?: string | undefined;
  /**
   * A trace to use instead of generating one: a `Trace` that this model wrote, which gives the vector it had, or as a string one that was
   * edited, or that people or another model wrote. Of a photograph, the built-in model reads the two in different ways.
   */
  trace?: string | Trace | undefined;
}

export interface EmbedManyOptions {
  /**
   * Whether to generate a trace before embedding; see `ThinkMode`.
   * @default 'auto' where the embedder can think, else 'never'
   */
  think?: ThinkMode;
  /**
   * Side of the search that the input is on.
   * @default 'query'
   */
  role?: Role;
  /**
   * Length of the vector; one of `info.dimensions`.
   * @default the model's full dimensions
   */
  dimensions?: number;
  /** Rejects the call immediately with code 'aborted'; the worker stops at its next step. */
  signal?: AbortSignal;
  /** Called with the number of finished items, failed ones included. */
  onProgress?: (done: number, total: number) => void;
  /**
   * What happens when an item fails. `throw`: the call rejects with the first error, otherwise it resolves to the embeddings.
   * `collect`: the call resolves to settled results, as of `Promise.allSettled`.
   * @default 'throw'
   */
  onError?: 'throw' | 'collect';
}

export interface EmbedOptions extends Omit<EmbedManyOptions, 'onProgress' | 'onError'> {
  /** Receives the trace while it is written, at most 50 times per second. */
  onTrace?: (delta: string) => void;
}

export interface ThinkOptions {
  /**
   * Form of the trace.
   * @default 'full' where the embedder can, else 'answer'
   */
  think?: Exclude<ThinkMode, 'never'>;
  /** As in `EmbedOptions`: prompts may differ. @default 'query' */
  role?: Role;
  /**
   * Passages to answer the input's text from, best first: the trace is then an answer in `answer` form, with `drawnFrom`, or null where
   * they do not hold one, as far as the model can tell. Passages that do not fit the model's window are left out from the end. Language
   * models can (`smollm2`, any causal LM), as can reasoner functions; unified models, such as pico, reject with `unsupported`.
   * @example
   * const notes = ['The office opens at nine.', 'Lunch is at twelve.'];
   * const trace = await tte.think('When is the office open?', { context: notes });
   * trace?.drawnFrom?.map((i) => notes[i]);
   */
  context?: readonly string[];
  signal?: AbortSignal;
  /** Receives the trace while it is written, at most 50 times per second. */
  onTrace?: (delta: string) => void;
}

/** Input of a reasoner function. Images are as captured at the time of the call. */
export interface ReasonerInput {
  readonly images: readonly (Blob | ImageBitmap | string)[];
  readonly text: string;
  readonly instruction: string;
  /** Passages to answer `text` from, and from nothing else; absent: none were given. */
  readonly context?: readonly string[];
}

/**
 * A custom source of traces (system `external`). Resolves to the trace: a short final statement in `answer` mode, preceded by
 * `<think>…</think>` in `full` mode. Call `onToken` with each piece of text to stream the trace; this is optional.
 */
export interface ReasonerFunction {
  (
    input: ReasonerInput,
    options: { signal: AbortSignal; onToken: (delta: string) => void; mode: 'answer' | 'full' },
  ): Promise<string>;
  /**
   * Key of cached traces and part of `space`: change it when the function's answers change. Without an id, neither its traces
   * nor vectors made with them are cached.
   */
  readonly id?: string;
  /** True if the function sends inputs to another machine or process. */
  readonly leavesThePage?: boolean;
  /** Frees what it holds: called when the last embedder that uses it is disposed. */
  readonly dispose?: () => Promise<void> | void;
}

/** A decoded picture: 8-bit RGBA, row by row. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** `width * height * 4` bytes. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * A custom embedder instead of a model, for example a server or another library. Caches, indexes, searches, fusion of text, image and
 * trace, errors and aborts work as with a model; an instruction is prepended to the text.
 */
export interface CustomEmbedder {
  /** Key of cached vectors and part of `space`: change it whenever the same text would get another vector. */
  readonly id: string;
  /** Length of the vectors. @default determined while loading by embedding a short text or a small picture */
  readonly dimensions?: number;
  /** True if texts or images are sent to another machine or process; reported by `info.leavesThePage`. */
  readonly leavesThePage: boolean;
  /**
   * Returns the vectors of at most 64 texts, in order and all of the same length; they need not be normalised. Without this function,
   * the embedder supports only images.
   */
  readonly embedTexts?: (
    texts: readonly string[],
    options: { role: Role; signal: AbortSignal },
  ) => Promise<readonly ArrayLike<number>[]>;
  /**
   * Returns the vector of one image (upright, composited on white) in the same space as texts. Without this function, the embedder
   * supports only text. `new ImageData(image.data, image.width, image.height)` can be drawn on a canvas.
   */
  readonly embedImage?: (
    image: DecodedImage,
    options: { role: Role; signal: AbortSignal },
  ) => Promise<ArrayLike<number>>;
  /** Frees what it holds: called when the last embedder that uses it is disposed. */
  readonly dispose?: () => Promise<void> | void;
}

/** Where the package's files are served, for applications whose bundler does not copy them (docs/bundlers.md). */
export interface PackageFiles {
  /**
   * URL of a copy of the package's `dist` folder: worker, runtime and built-in models.
   * @default where the bundler put the files, or next to the package's own script
   * @example
   * // after: cp -r node_modules/think-then-embed/dist public/think-then-embed
   * const tte = await createEmbedder({ assetsUrl: '/think-then-embed/' });
   */
  assetsUrl?: string;
  /** URL of the worker's script. @default `worker/host.js` in the folder of `assetsUrl` */
  workerUrl?: string;
}

/** Names and values of HTTP headers. */
export type ModelHeaders = Readonly<Record<string, string>>;

export interface EmbedderOptions extends PackageFiles {
  /**
   * A preset's name, a hub id (`owner/name` or `owner/name@revision`), a folder URL (absolute, or starting with `/`, `./` or
   * `../`), or a model from a package of its own (`picoS`): one for embedding and reasoning, or one for each. The embedder may also be a custom embedder, the reasoner a function.
   * @default 'pico'
   * @example
   * const tte = await createEmbedder({ model: { embedder: 'minilm', reasoner: 'smollm2' } });
   */
  model?:
    | string
    | PackagedModel
    | {
        embedder: string | PackagedModel | CustomEmbedder;
        reasoner?: string | PackagedModel | ReasonerFunction | null;
      };
  /**
   * `auto`: WebGPU if it passes the model's self-test, otherwise WASM. `'webgpu'` rejects instead of falling back.
   * @default 'auto'
   */
  device?: Device | 'auto';
  /** Weight format. @default the best the device computes correctly */
  dtype?: Dtype;
  /**
   * WASM threads. Only work that is large enough uses them; more than one requires cross-origin isolation.
   * @default all, at most 4
   */
  threads?: number;
  /**
   * Download at once also what only some inputs need: the vision encoder, which else the first image fetches, and the object detector,
   * which else the first photograph that is thought about fetches. Once the embedder is created, everything works offline.
   * @default false
   */
  preload?: boolean;
  /**
   * WASM only: use this package's own kernels for quantized matrix products, attention and normalization. `false` falls back to the
   * runtime's kernels, which are several times slower; useful for comparisons, or to rule out a faulty kernel.
   * @default true
   */
  customOperators?: boolean;
  /** URL of the folder with the built-in models. @default among the package's files */
  modelsUrl?: string;
  /** Where hub ids are fetched from. @default 'https://huggingface.co/' */
  hubUrl?: string;
  /**
   * HTTP headers for requests for model files, such as a token for a private repository. An object is sent to the origin of `hubUrl` only.
   * A function is called on the page before every request, with its URL, so that it can choose by origin and renew a token; null adds
   * nothing. Headers are not stored, models that are stored need none, and none goes along when a server redirects to another origin:
   * `Authorization` is left out there, with other headers the redirect is refused.
   * @example
   * const tte = await createEmbedder({ model: 'me/private-model', headers: { Authorization: `Bearer ${token}` } });
   * @example
   * const tte = await createEmbedder({
   *   model: 'https://models.example/mine/',
   *   headers: async (url) => ({ Authorization: await tokenFor(url) }),
   * });
   */
  headers?: ModelHeaders | ((url: string) => ModelHeaders | null | Promise<ModelHeaders | null>);
  /**
   * Makes the requests for model files instead of the worker, on the page: another transport, or signed URLs. `init` has the method
   * (GET or HEAD), headers (`Range`, to resume a download) and a signal. The body streams to the worker piece by piece; a rejection is taken for a network
   * error and tried again. Excludes `headers`.
   * @example
   * const tte = await createEmbedder({ model: 'me/model', fetch: async (url, init) => fetch(await sign(url), init) });
   */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Maximum entries of each cache; 0 disables it. @default { vectors: 10000, traces: 10000 } */
  cache?: { vectors?: number; traces?: number };
  /** Load progress in bytes; never decreases, not even when the device changes. */
  onProgress?: (progress: LoadProgress) => void;
  /** Called with warnings that the page should show; they are also listed in `warnings`. */
  onWarning?: (warning: EmbedderWarning) => void;
  /** Aborts loading. */
  signal?: AbortSignal;
}

/** @see createEmbedder */
export interface Embedder extends AsyncDisposable {
  /** Loaded models and device; updated when the device changes. */
  readonly info: EmbedderInfo;
  /** All warnings so far. */
  readonly warnings: readonly EmbedderWarning[];
  /**
   * Embeds one input; a string stands for `{ text }`.
   * @throws TteError invalid-input | unsupported | reasoner-failed | embedder-failed | run-failed | device-lost | worker-died | aborted | disposed
   * @example
   * const { vector } = await tte.embed({ image: file, text: 'in winter' }, { role: 'query' });
   */
  embed(input: string | EmbedInput, options?: EmbedOptions): Promise<Embedding>;
  /**
   * Embeds many inputs, batched in the worker; results are in input order. The first item that fails rejects the call, unless
   * `onError` is `'collect'`. For many images pass Blobs or URLs rather than elements: they are decoded one batch at a time.
   * @throws as `embed`; with `collect` only for the whole call, items' own errors are in the results
   */
  embedMany(
    items: readonly (string | EmbedInput)[],
    options: EmbedManyOptions & { onError: 'collect' },
  ): Promise<PromiseSettledResult<Embedding>[]>;
  embedMany(
    items: readonly (string | EmbedInput)[],
    options?: EmbedManyOptions & { onError?: 'throw' },
  ): Promise<Embedding[]>;
  /**
   * Generates the trace alone, to show it, edit it, or pass it back as `input.trace`. Null if it was not usable.
   * @throws TteError as `embed`; unsupported if no reasoner is loaded
   */
  think(input: string | EmbedInput, options?: ThinkOptions): Promise<Trace | null>;
  /**
   * Opens the search index of that name in this browser with this embedder attached, or creates it. An index is bound to one vector space.
   * @throws TteError invalid-input | unsupported | space-mismatch: it holds vectors of another space (the message names both) |
   *   integrity | aborted
   * @example
   * const photos = await tte.openIndex('photos');
   */
  openIndex(name: string, options?: OpenIndexOptions): Promise<EmbedderIndex>;
  /** Reports what is stored in this browser, and its size. */
  storage(): Promise<StorageReport>;
  /** Deletes a model by its id, unfinished downloads included. Files shared with another model stay. */
  deleteModel(id: string): Promise<void>;
  /** Deletes a search index by its name. Does nothing if there is none. Pending additions do not recreate it. */
  deleteIndex(name: string): Promise<void>;
  /** Empties the vector cache or the trace cache. */
  clearCache(cache: 'vectors' | 'traces'): Promise<void>;
  /** Deletes everything this package stores in this browser: models, caches, measurements and indexes. */
  clearAll(): Promise<void>;
  /** Terminates the worker and frees its memory; pending calls reject with code 'disposed'. */
  dispose(): Promise<void>;
}
