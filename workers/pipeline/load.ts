/** Loads models and creates the pipeline from a load request. */
import type { ExternalReasoner, HostEvent, LoadRequest } from '../../src/shared/protocol.ts';
import type { EmbedderInfo, EmbedderWarning, LoadedModel, ThinkMode } from '../../src/shared/types.ts';
import { withoutHead } from '../models/folder.ts';
import { openFolder } from '../models/open.ts';
import { reasonerOf } from '../models/source.ts';
import type { Platform } from '../platform/types.ts';
import type { Runtime } from '../runtime/types.ts';
import type { ModelIdentity, Recipe } from '../storage/keys.ts';
import { createProgressMeter } from '../storage/progress.ts';
import type { WorkerStorage } from '../storage/storage.ts';
import { createEngine, type Engine } from './engine.ts';
import type { StoredVector } from './job.ts';
import { createKeys } from './keys.ts';
import {
  type OpenedModel,
  type OpenedModels,
  openModels,
  prefetchModel,
  weightFiles,
} from './open-models.ts';
import { createQueue } from './queue.ts';
import { externalTraceSource } from './trace-sources.ts';
import type { TraceResult, TraceSource } from './types.ts';

export type Storage = WorkerStorage<StoredVector, TraceResult>;

export interface Loaded {
  engine: Engine;
  info: EmbedderInfo;
  /** Gives its memory and threads back. */
  dispose(): Promise<void>;
}

export interface LoadContext {
  platform: Platform;
  storage: Storage;
  signal: AbortSignal;
  onEvent: (event: HostEvent) => void;
  externalReasoner: ExternalReasoner | null;
}

/** @throws TteError of any code; after `unsupported`, `run-failed` or `device-lost` on WebGPU the caller may retry on WASM in a new worker */
export async function load(
  config: LoadRequest,
  { platform, storage, signal, onEvent, externalReasoner }: LoadContext,
): Promise<Loaded> {
  const { runtimes, fetcher } = platform;
  storage.vectors.limit(config.cache.vectors);
  storage.traces.limit(config.cache.traces);
  const warnings: EmbedderWarning[] = [];
  const onWarning = (warning: EmbedderWarning) => {
    warnings.push(warning);
    onEvent({ type: 'warning', warning });
  };
  const meter = createProgressMeter((progress) => onEvent({ type: 'progress', progress }));
  const modelsUrl = config.modelsUrl ?? platform.modelsUrl;
  const sources = { storage, fetcher, signal, meter, onWarning, modelsUrl, hubUrl: config.hubUrl };
  const folder = await openFolder(config.embedder, sources);
  const reasoner = config.reasoner === config.embedder ? reasonerOf(config.embedder) : config.reasoner;
  const isSeparate = reasoner !== null && reasoner !== config.embedder;
  const reasonerFolder = isSeparate ? withoutHead(await openFolder(reasoner, sources)) : null;

  const gpu = config.device === 'webgpu' ? await runtimes.openGpu() : null;
  void gpu?.lost.then((reason) =>
    onWarning({ code: 'device-lost', message: `The GPU went away (${reason}).` }),
  );
  const capabilities = { device: config.device, shaderF16: gpu?.shaderF16 ?? false };
  for (const each of [folder, reasonerFolder]) if (each) prefetchModel(each, capabilities, config.dtype);
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
  const runtime: Runtime = gpu
    ? await gpu.open()
    : runtimes.openCpu({
        threads: config.threads ?? runtimes.defaultThreads(),
        customOperators,
        onUnknownBuild,
      });
  const device = gpu ? `webgpu/${gpu.name}` : customOperators ? 'wasm' : 'wasm/standard';
  const models = await openModels(folder, reasonerFolder, {
    ...environment,
    runtime,
    device,
    shaderF16: capabilities.shaderF16,
  });
  const queue = createQueue();
  const traceSource =
    externalReasoner && config.externalReasoner !== null
      ? externalTraceSource(externalReasoner)
      : (models.reasoner?.traceSource ?? null);
  const dimensions = models.embedder.run.dimensions;
  const keys = createKeys({
    embedder: identityOf(models.embedder, models.embedder.run.recipe),
    reasoner:
      config.externalReasoner ??
      (models.reasoner && identityOf(models.reasoner.model, models.reasoner.traceSource.recipe)),
    dimensions,
    device: runtime.device,
  });
  const engine = createEngine({
    embedder: models.embedder.run,
    testImages: models.embedder.testImages,
    traceSource,
    queue,
    keys,
    caches: storage,
  });
  await Promise.all([folder.whenPrefetched(), reasonerFolder?.whenPrefetched()]);
  meter.ready(runtime.device);
  const { threads } = runtime;
  const described = describeModels(models, traceSource, config);
  return {
    engine,
    info: { ...described, device: runtime.device, threads, warnings },
    dispose: () =>
      // In its turn: what is just running must not lose its session.
      queue.run(async () => {
        await Promise.all([models.embedder.run.release(), models.reasoner?.traceSource.release()]);
        runtime.dispose();
      }, new AbortController().signal),
  };
}

function describeModels(
  { embedder, reasoner }: OpenedModels,
  traceSource: TraceSource | null,
  { externalReasoner }: LoadRequest,
): Omit<EmbedderInfo, 'device' | 'threads' | 'warnings'> {
  const { matryoshka = [] } = embedder.folder.descriptor.embedding ?? {};
  const isUnified = reasoner?.model.folder === embedder.folder;
  return {
    system: externalReasoner !== null ? 'external' : isUnified ? 'unified' : reasoner ? 'separate' : 'direct',
    embedder: loadedModel(embedder),
    reasoner: reasoner && loadedModel(reasoner.model),
    dimensions: [embedder.run.dimensions, ...matryoshka],
    maxTokens: embedder.folder.descriptor.text.maxTokens,
    thinkModes: thinkModes(traceSource),
    supportsImages: embedder.run.supportsImages || (traceSource?.supportsImages ?? false),
  };
}

function thinkModes(traceSource: TraceSource | null): readonly ThinkMode[] {
  return traceSource ? ['never', 'answer', 'full', 'auto'] : ['never', 'auto'];
}

function identityOf({ folder, plan }: OpenedModel, recipe: Recipe): ModelIdentity {
  const { id, revision, prompts } = folder.descriptor;
  return { id, revision, dtype: plan.label, prompts, recipe };
}

function loadedModel(model: OpenedModel): LoadedModel {
  const { id, revision, license, files } = model.folder.descriptor;
  const bytes = weightFiles(model).reduce((sum, path) => sum + (files[path]?.bytes ?? 0), 0);
  return { id, revision, dtype: model.plan.label, license, bytes };
}
