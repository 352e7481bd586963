/** Models of transformers.js (`@huggingface/transformers`, an optional peer) as embedder or reasoner: whatever it runs, runs here. */
import { expose, type Remote } from 'comlink';
import { connect } from '../bridge/connection.ts';
import { connectLocally } from '../bridge/local-connection.ts';
import { createOnDemandWorker } from '../bridge/on-demand-worker.ts';
import { listener } from '../client/callbacks.ts';
import type { CustomEmbedder, ReasonerFunction } from '../client/types.ts';
import { invalid } from '../shared/errors.ts';
import { installTransferHandlers } from '../shared/transfer.ts';
import { createModelHost, type ModelHost } from './model-host.ts';
import {
  type EmbeddingModel,
  idOf,
  type TransformersEmbedderOptions,
  type TransformersModel,
  type TransformersReasonerOptions,
  type WritingModel,
} from './options.ts';

export type {
  EmbeddingTask,
  TransformersDtype,
  TransformersEmbedderOptions,
  TransformersModel,
  TransformersProgress,
  TransformersReasonerOptions,
  WritingTask,
} from './options.ts';

const EMBEDDING: readonly string[] = [
  'feature-extraction',
  'image-feature-extraction',
  'zero-shot-image-classification',
];
const WRITING: readonly string[] = ['text-generation', 'image-text-to-text'];
const importLibrary = () => import('@huggingface/transformers');

/**
 * An embedder for `createEmbedder`. Models that this package reads itself are faster by their name alone: this is for all others.
 *
 * @throws TteError invalid-input; from calls: unsupported | embedder-failed | worker-died | aborted
 * @example
 * const worker = () => new Worker(new URL('./models.worker.ts', import.meta.url), { type: 'module' });
 * const embedder = transformers({ task: 'feature-extraction', model: 'owner/name', worker });
 * const tte = await createEmbedder({ model: { embedder, reasoner: null } });
 */
export function transformers(options: TransformersEmbedderOptions): CustomEmbedder;
/**
 * A reasoner for `createEmbedder`; its model is loaded by the first call that thinks.
 *
 * @throws TteError invalid-input; from calls: unsupported | reasoner-failed | worker-died | aborted
 * @example
 * const worker = () => new Worker(new URL('./models.worker.ts', import.meta.url), { type: 'module' });
 * const reasoner = transformers({ task: 'text-generation', model: 'owner/name', dtype: 'q4', worker });
 * const tte = await createEmbedder({ model: { embedder: 'pico', reasoner } });
 */
export function transformers(options: TransformersReasonerOptions): ReasonerFunction;
export function transformers(
  options: TransformersEmbedderOptions | TransformersReasonerOptions,
): CustomEmbedder | ReasonerFunction {
  const { model, worker, task } = options;
  if (typeof model !== 'string' || model === '')
    throw invalid("options.model: pass a hub id like 'owner/name'.");
  if (worker !== undefined && typeof worker !== 'function') {
    throw invalid(
      'options.worker: pass a function that starts a worker, so that one that died can be replaced.',
    );
  }
  if (isEmbedding(options)) return embedder(options);
  if (WRITING.includes(task)) return reasoner(options);
  throw invalid(
    `options.task: must be one of ${[...EMBEDDING, ...WRITING].join(', ')}, not ${String(task)}.`,
  );
}

/**
 * For the script of a worker: answers `transformers({ worker })` of the page. Settings of transformers.js (`env`) are made in this script.
 *
 * @example
 * // models.worker.ts
 * import { serveTransformers } from 'think-then-embed/transformers';
 * serveTransformers();
 */
export function serveTransformers(): void {
  installTransferHandlers();
  expose(createModelHost(importLibrary));
}

const isEmbedding = (
  options: TransformersEmbedderOptions | TransformersReasonerOptions,
): options is TransformersEmbedderOptions => EMBEDDING.includes(options.task);

function embedder(options: TransformersEmbedderOptions): CustomEmbedder {
  const { worker: _, onProgress, ...model } = options;
  const { call, dispose } = connected(options);
  const known: EmbeddingModel = model;
  return {
    id: idOf(known),
    leavesThePage: false,
    dispose,
    ...(known.task !== 'image-feature-extraction' && {
      embedTexts: (texts, { role, signal }) =>
        call(
          (host, request) => host.embedTexts(request, known, texts, role, listener(onProgress, signal)),
          signal,
        ),
    }),
    ...(known.task !== 'feature-extraction' && {
      embedImage: (image, { signal }) =>
        call((host, request) => host.embedImage(request, known, image, listener(onProgress, signal)), signal),
    }),
  };
}

function reasoner(options: TransformersReasonerOptions): ReasonerFunction {
  const { worker: _, onProgress, ...model } = options;
  const { call, dispose } = connected(options);
  const known: WritingModel = model;
  const write: ReasonerFunction = (input, { signal, onToken, mode }) =>
    call((host, request) => {
      const told = listener(onToken, signal) as (delta: string) => void;
      return host.write(request, known, input, mode, told, listener(onProgress, signal));
    }, signal);
  return Object.assign(write, { id: idOf(known), leavesThePage: false, dispose });
}

type Run<T> = (host: Remote<ModelHost>, request: number) => Promise<T>;

interface Connected {
  call<T>(run: Run<T>, signal: AbortSignal): Promise<T>;
  /** Frees the model; a later call loads it again. */
  dispose(): Promise<void>;
}

/** To a worker that the first call starts, or to a host in this thread. */
function connected({ worker }: TransformersModel): Connected {
  const models = createOnDemandWorker<ModelHost>(
    (onEnd) =>
      worker ? connect<ModelHost>(worker(), onEnd) : connectLocally(createModelHost(importLibrary), onEnd),
    'The embedder was disposed.',
  );
  let release: (() => Promise<void>) | undefined;
  return {
    call(run, signal) {
      release ??= models.retain();
      return models.call(run, signal);
    },
    async dispose() {
      const end = release;
      release = undefined;
      await end?.();
    },
  };
}
