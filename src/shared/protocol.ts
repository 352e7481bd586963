/** Messages between page and worker. The host `satisfies HostApi`, and the client is typed by it. */

import type { ExchangeApi } from './exchange-protocol.ts';
import type { IndexApi } from './index-protocol.ts';
import type { PackagedModel } from './packaged-model.ts';
import type { WireError } from './transfer.ts';
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
} from './types.ts';

/** Structural stand-ins, so that shared code needs neither DOM nor worker types. */
export interface BlobLike {
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}
export interface BitmapLike {
  readonly width: number;
  readonly height: number;
  close(): void;
}

/**
 * One image on the wire: encoded bytes (decoded in the worker), a transferred bitmap, or an absolute URL to fetch there. `name` is
 * how the caller wrote it, for messages: `items[3].image`.
 */
export type WireImage = { readonly name: string } & (
  | { kind: 'blob'; blob: BlobLike }
  | { kind: 'bitmap'; bitmap: BitmapLike }
  | { kind: 'url'; url: string }
);

export interface WireInput {
  /** In order; for `frames` and `pages` more than one. */
  images: readonly WireImage[];
  /** What the images are: none, a single image, frames of a video, or pages of a document. */
  layout: 'none' | 'image' | 'frames' | 'pages';
  text: string;
  instruction: string;
  /** Trace supplied by the caller, if any, and what wrote it: a text alone is from `input`. */
  trace?: SuppliedTrace;
  /** Passages that a trace is to be drawn from; absent: the reasoner thinks for itself. */
  context?: readonly string[];
}

export type SuppliedTrace = Pick<Trace, 'text' | 'source' | 'part'>;

export interface WireOptions {
  think: ThinkMode;
  role: Role;
  /** @default the model's full dimensions */
  dimensions?: number;
}

/** Reference to a model: a preset's name, a folder URL (absolute), a hub id `owner/name[@revision]`, or a model from a package of its own. */
export type ModelRef = string | PackagedModel;

export interface LoadRequest {
  /** A model, or the properties of the page's custom embedder. */
  embedder: ModelRef | ExternalEmbedderId;
  /** Null without a local reasoner; equal to `embedder` for a unified model. */
  reasoner: ModelRef | null;
  /** The page's reasoner function; null: none. */
  externalReasoner: ExternalReasonerId | null;
  /** As in `EmbedderInfo`. */
  leavesThePage: boolean;
  /** The bridge resolves `auto`, so the worker gets a concrete device. */
  device: Device;
  /** Null: the best format that the device computes correctly. */
  dtype: Dtype | null;
  /** Null: all that large work gains from. */
  threads: number | null;
  /** Whether to download at once what only some inputs need. */
  preload: boolean;
  /** WASM only: whether graphs are rewritten for the package's own operators. */
  customOperators: boolean;
  /** Absolute URL of a copy of the package's `dist`, ending in `/`; null: its files are where the application's bundler put them. */
  assetsUrl: string | null;
  /** Absolute URL of the folder with the built-in models, ending in `/`; null: they are among the package's files. */
  modelsUrl: string | null;
  /** Root of the hub (or of a mirror), ending in `/`. */
  hubUrl: string;
  /** Maximum entries of each cache. */
  cache: { vectors: number; traces: number };
}

/** Sent while loading, and later for warnings such as a lost device. */
export type HostEvent =
  | { type: 'progress'; progress: LoadProgress }
  | { type: 'warning'; warning: EmbedderWarning };

/** Identifies a reasoner function in spaces and cache keys. Null: it has no id, and its traces are not cached. */
export interface ExternalReasonerId {
  id: string | null;
}

/** Properties of a custom embedder that the worker needs. */
export interface ExternalEmbedderId {
  id: string;
  dimensions: number;
  readsTexts: boolean;
  readsImages: boolean;
}

/** A decoded picture: 8-bit RGBA, row by row. */
export interface PixelsLike {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Calls the page's custom embedder for a pending request; resolves to unit vectors, one for each text, or one for the picture. */
export type ExternalEmbedder = (
  request: number,
  input: readonly string[] | PixelsLike,
  role: Role,
) => Promise<Float32Array<ArrayBuffer>[]>;

/**
 * Calls the page's reasoner function for the input of a pending request; resolves to its trace. The page has the images; the texts are
 * sent along, because the page does not have those that the worker has read from a file.
 */
export type ExternalReasoner = (
  request: number,
  index: number,
  mode: 'answer' | 'full',
  words: { text: string; instruction: string; context?: readonly string[] },
) => Promise<string>;

/** The page's part in requests for model files. `id` names a request. */
export interface ModelRequests {
  /** @throws whatever the page's function throws */
  begin(id: number, url: string, init: { method: string; headers: [string, string][] }): Promise<PageAnswer>;
  /** The next piece of a response's body; null: it has ended. */
  read(id: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The worker wants no more of it. */
  cancel(id: number): void;
}

/** Headers with which the worker shall make the request itself, or the response to the one that the page made. Names are in lower case. */
export type PageAnswer =
  | { kind: 'headers'; headers: [string, string][] }
  | { kind: 'response'; status: number; headers: [string, string][] };

/** One item of `embedMany`; the reason is packed by `packError`, because structured clone drops `code` and `cause`. */
export type SettledEmbedding =
  | { status: 'fulfilled'; value: Embedding }
  | { status: 'rejected'; reason: WireError };

/** `request` identifies a call for `cancel`. Callbacks are comlink proxies (top-level arguments only), or null. */
export interface HostApi extends IndexApi, ExchangeApi {
  load(
    request: number,
    config: LoadRequest,
    onEvent: (event: HostEvent) => void,
    externalReasoner: ExternalReasoner | null,
    externalEmbedder: ExternalEmbedder | null,
    modelRequests: ModelRequests | null,
  ): Promise<EmbedderInfo>;
  embed(
    request: number,
    input: WireInput,
    options: WireOptions,
    onTrace: ((delta: string) => void) | null,
  ): Promise<Embedding>;
  embedMany(
    request: number,
    inputs: readonly WireInput[],
    options: WireOptions,
    onProgress: ((done: number, total: number) => void) | null,
    onError: 'throw' | 'collect',
  ): Promise<SettledEmbedding[]>;
  think(
    request: number,
    input: WireInput,
    options: WireOptions,
    onTrace: ((delta: string) => void) | null,
  ): Promise<Trace | null>;
  cancel(request: number): void;
  /** Writes pending entries of the caches. */
  flush(): Promise<void>;
  /** Stops every call and writes pending entries of the caches before the worker is terminated. */
  close(): Promise<void>;
  storage(): Promise<StorageReport>;
  deleteModel(id: string): Promise<void>;
  clearCache(cache: 'vectors' | 'traces'): Promise<void>;
  /** Models, caches, measurements and indexes. */
  clearAll(): Promise<void>;
  /** Of the package; the page does not talk to a worker of another one. */
  readonly version: string;
  /** For the watchdog: answers as soon as the worker is idle. */
  ping(): true;
  /**
   * Acquires the named Web Lock and holds it until the worker ends for whatever reason; resolves to true once it is held, to
   * false without Web Locks. The page waits for the same lock and so learns of a crash immediately.
   */
  holdLivenessLock(lock: string): Promise<boolean>;
}
