/** Loads models and creates the pipeline from a load request. */

import { isModelRef } from '../../src/shared/packaged-model.ts';
import type {
  ExternalEmbedder,
  ExternalReasoner,
  HostEvent,
  LoadRequest,
} from '../../src/shared/protocol.ts';
import type { EmbedderInfo, EmbedderWarning, ThinkMode } from '../../src/shared/types.ts';
import { withoutHead } from '../models/folder.ts';
import { openFolder } from '../models/open.ts';
import { reasonerOf } from '../models/source.ts';
import type { Platform } from '../platform/types.ts';
import { requireWebAssembly } from '../runtime/binary.ts';
import type { Runtime } from '../runtime/types.ts';
import type { Fetcher } from '../storage/fetcher.ts';
import { createProgressMeter } from '../storage/progress.ts';
import type { WorkerStorage } from '../storage/storage.ts';
import { createEngine, type Engine } from './engine.ts';
import type { StoredVector } from './job.ts';
import { createKeys } from './keys.ts';
import {
  externalModel,
  identityOf,
  type LoadedEmbedder,
  loadedModel,
  localModel,
} from './loaded-embedder.ts';
import { fetchForImages, type OpenedModels, openModels, prefetchModel } from './open-models.ts';
import { createQueue } from './queue.ts';
import { externalTraceSource } from './trace-sources.ts';
import type { TraceResult, TraceSource } from './types.ts';

export type Storage = WorkerStorage<StoredVector, TraceResult>;

export interface Loaded {
  engine: Engine;
  info: EmbedderInfo;
  /** Frees its memory and threads. */
  dispose(): Promise<void>;
}

export interface LoadContext {
  platform: Platform;
  /** Of model files. */
  fetcher: Fetcher;
  storage: Storage;
  signal: AbortSignal;
  onEvent: (event: HostEvent) => void;
  externalReasoner: ExternalReasoner | null;
  externalEmbedder: ExternalEmbedder | null;
}

/** @throws TteError of any code; after `unsupported`, `run-failed` or `device-lost` on WebGPU the caller may retry on WASM in a new worker */
export async function load(
  config: LoadRequest,
  { platform, fetcher, storage, signal, onEvent, externalReasoner, externalEmbedder }: LoadContext,
): Promise<Loaded> {
  requireWebAssembly();
  const { runtimes } = platform;
  storage.vectors.limit(config.cache.vectors);
  storage.traces.limit(config.cache.traces);
  const warnings: EmbedderWarning[] = [];
  const onWarning = (warning: EmbedderWarning) => {
    warnings.push(warning);
    onEvent({ type: 'warning', warning });
  };
  const meter = createProgressMeter((progress) => onEvent({ type: 'progress', progress }));
  const { assetsUrl, hubUrl } = config;
  const modelsUrl = config.modelsUrl ?? (assetsUrl && `${assetsUrl}models/`) ?? platform.modelsUrl;
  const builtInModel = (name: string) =>
    config.modelsUrl === null ? (platform.builtInModel?.(name, assetsUrl) ?? null) : null;
  const sources = { storage, fetcher, signal, meter, onWarning, builtInModel, modelsUrl, hubUrl };
  const { embedder: wanted } = config;
  const folder = isModelRef(wanted) ? await openFolder(wanted, sources) : null;
  const reasoner =
    config.reasoner !== null && config.reasoner === wanted ? reasonerOf(wanted) : config.reasoner;
  const isSeparate = reasoner !== null && reasoner !== wanted;
  const reasonerFolder = isSeparate ? withoutHead(await openFolder(reasoner, sources)) : null;
  const folders = [folder, reasonerFolder].filter((one) => one !== null);

  const gpu = config.device === 'webgpu' ? await runtimes.openGpu() : null;
  void gpu?.lost.then((reason) =>
    onWarning({ code: 'device-lost', message: `The GPU went away (${reason}).` }),
  );
  const capabilities = { device: config.device, shaderF16: gpu?.shaderF16 ?? false };
  for (const each of folders) prefetchModel(each, capabilities, config);
  meter.compile();
  // The CPU's results can be trusted. Some GPUs are known to compute wrong results without an error.
  const onUnverified = (model: string) => {
    const message = `${model} has no golden values, so this GPU's results could not be verified.`;
    if (gpu) onWarning({ code: 'unverified', message });
  };
  const { dtype } = config;
  const environment = { dtype, measurements: storage.measurements, platform, signal, onUnverified };
  const { customOperators } = config;
  const onUnknownBuild = () =>
    onWarning({
      code: 'unknown-runtime',
      message:
        "The WASM runtime is not the build this package comes with: models run slowly, on the runtime's own kernels.",
    });
  const openRuntime = async (): Promise<Runtime> =>
    gpu
      ? gpu.open(assetsUrl)
      : runtimes.openCpu(
          { threads: config.threads ?? runtimes.defaultThreads(), customOperators, onUnknownBuild },
          assetsUrl,
        );
  const kernels = gpu ? 'webgpu/2' : customOperators ? 'wasm/4' : 'wasm/standard';
  const device = gpu ? `${kernels}/${gpu.name}` : kernels;
  const { shaderF16 } = capabilities;
  const runtime = folders.length > 0 ? await openRuntime() : null; // not fetched if nothing runs here
  const models: OpenedModels = runtime
    ? await openModels(folder, reasonerFolder, { ...environment, runtime, device, shaderF16 })
    : { embedder: null, reasoner: null };
  const queue = createQueue();
  const embedder = models.embedder ? localModel(models.embedder) : externalModel(externalEmbedder, wanted);
  const traceSource =
    externalReasoner && config.externalReasoner !== null
      ? externalTraceSource(externalReasoner)
      : (models.reasoner?.traceSource ?? null);
  const keys = createKeys({
    embedder: embedder.identity,
    reasoner:
      config.externalReasoner ??
      (models.reasoner && identityOf(models.reasoner.model, models.reasoner.traceSource.recipe)),
    dimensions: embedder.run.dimensions,
    kernels,
  });
  const engine = createEngine({
    embedder: embedder.run,
    fetchForImages: () => fetchForImages(models),
    testImages: embedder.testImages,
    traceSource,
    maxTokens: embedder.maxTokens,
    queue,
    keys,
    caches: storage,
  });
  await Promise.all(folders.map((one) => one.whenPrefetched()));
  meter.ready(config.device);
  const threads = runtime?.threads ?? 1;
  const described = describeModels(embedder, models, traceSource, config);
  return {
    engine,
    info: { ...described, device: config.device, threads, warnings },
    dispose: () =>
      // Through the queue, so that a running job does not lose its session.
      queue.run(async () => {
        await Promise.all([embedder.run.release(), models.reasoner?.traceSource.release()]);
        runtime?.dispose();
      }, new AbortController().signal),
  };
}

function describeModels(
  { about, dimensions, maxTokens, run }: LoadedEmbedder,
  { embedder, reasoner }: OpenedModels,
  traceSource: TraceSource | null,
  { externalReasoner, leavesThePage }: LoadRequest,
): Omit<EmbedderInfo, 'device' | 'threads' | 'warnings'> {
  const isUnified = embedder !== null && reasoner?.model.folder === embedder.folder;
  return {
    system: externalReasoner !== null ? 'external' : isUnified ? 'unified' : reasoner ? 'separate' : 'direct',
    embedder: about,
    reasoner: reasoner && loadedModel(reasoner.model),
    leavesThePage,
    dimensions,
    maxTokens,
    thinkModes: thinkModes(traceSource),
    canAnswer: traceSource?.readsContext ?? false,
    supportsImages: run.supportsImages || (traceSource?.supportsImages ?? false),
  };
}

function thinkModes(traceSource: TraceSource | null): readonly ThinkMode[] {
  return traceSource ? ['never', 'answer', 'full', 'auto'] : ['never', 'auto'];
}
