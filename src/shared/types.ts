/** The public vocabulary: what callers give and get. Free of DOM and worker types, so both sides share it. */

/** Where the model runs. */
export type Device = 'webgpu' | 'wasm';

/** Weight formats as transformers.js names them; the file suffix follows from it. */
export type Dtype = 'fp32' | 'fp16' | 'q8' | 'int8' | 'uint8' | 'q4' | 'q4f16' | 'bnb4';

/**
 * Whether to think before embedding: `never` (ψ = ∅), `answer` (only the final statement), `full`
 * (`<think>…</think>` and the final statement), `auto` (a cheap gate decides per input and says why).
 */
export type ThinkMode = 'never' | 'answer' | 'full' | 'auto';

/** A query is where latency counts; a document is embedded once and stored. Prompts may differ. */
export type Role = 'query' | 'document';

/** What the reasoner wrote, or what was supplied in its place. */
export interface Trace {
  /** The whole trace, `<think>` part included. */
  text: string;
  /** What stood between `<think>` and `</think>`; empty in `answer` mode. */
  thinking: string;
  /** The final statement. */
  answer: string;
  /** Tokens generated; 0 for a supplied trace. */
  tokens: number;
  /** `reasoner`: the local model; `input`: supplied in `input.trace`; `external`: the reasoner function. */
  source: 'reasoner' | 'input' | 'external';
  /** Why generation stopped; `supplied` where nothing was generated here. */
  stop: 'end' | 'budget' | 'loop' | 'supplied';
}

/** What was decided about thinking for one input, and why. */
export interface ThinkDecision {
  /** The mode that was carried out. */
  mode: 'never' | 'answer' | 'full';
  /** One sentence, for people. */
  reason: string;
  /** A trace was written and thrown away (ψ = ∅ was used): it was empty, looped, or refused the task. */
  discarded?: 'empty' | 'loop' | 'refused';
}

export interface Usage {
  /** Tokens encoded: prompt, visual tokens and trace. */
  inputTokens: number;
  /** Tokens generated for this call; 0 when the trace came from a cache. */
  traceTokens: number;
  /** Milliseconds in the worker; `total` includes waiting for earlier calls. */
  ms: { decode: number; think: number; encode: number; total: number };
}

export interface Embedding {
  /** L2-normalised, length = `dimensions`. */
  vector: Float32Array<ArrayBuffer>;
  /** Fingerprint of the vector space; vectors are comparable only within one space. */
  space: string;
  trace: Trace | null;
  thinkDecision: ThinkDecision;
  usage: Usage;
  /** `vector`: answered without any model; `trace`: the trace came from the cache, the vector was computed. */
  cached: false | 'trace' | 'vector';
  /** Some of the text, instruction or trace did not fit the model and was cut. */
  truncated: boolean;
}

/** Loading, as one union. `loaded` and `total` are bytes and never decrease. */
export type LoadProgress =
  | { phase: 'download'; file: string; loaded: number; total: number; source: 'network' | 'storage' }
  | { phase: 'compile'; loaded: number; total: number }
  | { phase: 'ready'; loaded: number; total: number; device: Device };

/** Something the page should show: the embedder works, but not as asked. */
export interface EmbedderWarning {
  code: 'device-fallback' | 'memory-only' | 'device-lost' | 'unverified';
  message: string;
}

/** What is loaded and where it runs. */
export interface EmbedderInfo {
  system: 'direct' | 'separate' | 'unified' | 'external';
  embedder: LoadedModel;
  /** Null: no local reasoner. */
  reasoner: LoadedModel | null;
  device: Device;
  threads: number;
  /** Full dimensions and the shorter ones the model was trained for (Matryoshka). */
  dimensions: readonly number[];
  /** Think modes this embedder can carry out. */
  thinkModes: readonly ThinkMode[];
  supportsImages: boolean;
  warnings: readonly EmbedderWarning[];
}

export interface LoadedModel {
  id: string;
  revision: string;
  dtype: string;
  license: string;
  /** Bytes of all its files. */
  bytes: number;
}

export interface StorageReport {
  /** Origin-wide, from the browser; null where it does not tell. */
  usage: number | null;
  quota: number | null;
  persisted: boolean;
  models: { id: string; revision: string; bytes: number; files: number; complete: boolean }[];
  /** Search indexes; `bytes` without thumbnails. */
  indexes: { name: string; space: string; count: number; bytes: number }[];
  caches: { vectors: { entries: number; bytes: number }; traces: { entries: number; bytes: number } };
}
