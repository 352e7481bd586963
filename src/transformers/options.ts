/** Options of a transformers.js model. The types are structural, so they do not require the package. */

/** Weight formats of transformers.js. */
export type TransformersDtype =
  | 'fp32'
  | 'fp16'
  | 'q8'
  | 'int8'
  | 'uint8'
  | 'q4'
  | 'q4f16'
  | 'bnb4'
  | (string & {});

/** Common to all tasks. */
export interface TransformersModel {
  /** A hub id, or a name below `env.localModelPath`. */
  model: string;
  /** @default 'main' */
  revision?: string;
  /** Where it runs: 'wasm', 'webgpu', … @default transformers.js' own choice */
  device?: string;
  /** One format for all, or one for each session. @default 'fp32' on WebGPU, else 'q8' */
  dtype?: TransformersDtype | Readonly<Record<string, TransformersDtype>>;
  /**
   * Starts a worker whose script calls `serveTransformers()`: `() => new Worker(new URL('./models.worker.ts', import.meta.url), { type: 'module' })`.
   * @default the model runs where `transformers` was called, and holds up the page while it computes
   */
  worker?: () => Worker;
  /** Told of downloads, as `progress_callback` of transformers.js is. */
  onProgress?: (progress: TransformersProgress) => void;
}

export interface TransformersProgress {
  status: string;
  file?: string;
  loaded?: number;
  total?: number;
}

/**
 * `feature-extraction`: texts. `image-feature-extraction`: images. `zero-shot-image-classification`: texts and images in one space, by
 * pairs like CLIP, SigLIP and Jina CLIP (the task is what the hub calls them by).
 */
export type EmbeddingTask =
  | 'feature-extraction'
  | 'image-feature-extraction'
  | 'zero-shot-image-classification';

export interface TransformersEmbedderOptions extends TransformersModel {
  task: EmbeddingTask;
  /**
   * How token states become a vector, where the model does not pool itself. @default 'mean'; of images 'cls'
   */
  pooling?: 'mean' | 'cls' | 'last_token';
  /** Put in front of texts, as `'query: '`. @default nothing */
  prompts?: { query?: string; document?: string };
  /** Tokens of a text that are read. @default as the tokenizer says */
  maxTokens?: number;
}

/** `text-generation`: reads texts. `image-text-to-text`: reads texts and images. */
export type WritingTask = 'text-generation' | 'image-text-to-text';

export interface TransformersReasonerOptions extends TransformersModel {
  task: WritingTask;
  /** Maximum tokens of the trace. @default { answer: 64, full: 256 } */
  maxTokens?: { answer?: number; full?: number };
}

/** What is sent to where the model runs: plain data. */
export type EmbeddingModel = Omit<TransformersEmbedderOptions, 'worker' | 'onProgress'>;
export type WritingModel = Omit<TransformersReasonerOptions, 'worker' | 'onProgress'>;

/** Everything that decides results is in it, and the device where it decides the format. */
export function idOf({
  task,
  model,
  revision = 'main',
  device,
  dtype,
  ...rest
}: EmbeddingModel | WritingModel): string {
  const settings = { dtype: dtype ?? defaultDtype(device), ...rest };
  return `transformers.js:${task}:${model}@${revision}#${JSON.stringify(settings)}`;
}

const defaultDtype = (device: string | undefined): string => (device === 'webgpu' ? 'fp32' : 'q8');

/** For `from_pretrained`. */
export function loadOptions({ revision, device, dtype }: TransformersModel): Record<string, unknown> {
  return {
    dtype: dtype ?? defaultDtype(device),
    ...(device !== undefined && { device }),
    ...(revision !== undefined && { revision }),
  };
}
