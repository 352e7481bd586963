/** Opens the models on the device, in the best weight format that passes the self-test. */
import { FOR_IMAGES, ON_DEMAND } from '../../src/shared/descriptor.ts';
import { isTteError, TteError } from '../../src/shared/errors.ts';
import type { LoadRequest } from '../../src/shared/protocol.ts';
import type { Dtype } from '../../src/shared/types.ts';
import { openEmbedder } from '../embedder/open.ts';
import type { Embedder } from '../embedder/types.ts';
import { openUnifiedEmbedder } from '../embedder/unified.ts';
import type { PicturePlatform } from '../images/picture.ts';
import { type DeviceCapabilities, type DtypePlan, dtypePlans } from '../models/dtype.ts';
import type { OpenedFolder } from '../models/folder.ts';
import { openReasoner } from '../reasoner/reasoner.ts';
import type { Runtime } from '../runtime/types.ts';
import type { Measurements } from '../storage/measurements.ts';
import { timedStep } from '../timing.ts';
import { testImages, testTexts, testTraces } from './self-test.ts';
import { localTraceSource, unifiedTraceSource } from './trace-sources.ts';
import type { LocalTraceSource } from './types.ts';

export interface OpenedModel {
  folder: OpenedFolder;
  plan: DtypePlan;
}

/**
 * Self-test of the image path. On the CPU it runs before the first image, so that loading need not wait for it; on a GPU it runs
 * while loading, so that another backend can take over.
 * @throws TteError unsupported, if the vectors differ from the golden ones
 */
export type ImageTest = (signal: AbortSignal) => Promise<unknown>;

export interface OpenedModels {
  /** Null if the page embeds. */
  embedder: (OpenedModel & { run: Embedder; testImages: ImageTest }) | null;
  /** Null without a local reasoner. For a unified model `model` is that of the embedder. */
  reasoner: { model: OpenedModel; traceSource: LocalTraceSource } | null;
}

export interface OpenEnvironment {
  runtime: Runtime;
  shaderF16: boolean;
  /** Backend and adapter, on which results may depend besides the model. */
  device: string;
  /** Requested by the caller, or null. */
  dtype: Dtype | null;
  measurements: Measurements;
  platform: PicturePlatform;
  /** Called for a model without golden values. */
  onUnverified: (model: string) => void;
  signal: AbortSignal;
}

/**
 * Prefetches the model's files while the runtime starts, so that the total of the progress is known early. What only images need waits
 * for the first image, object detector and print reader until an image is thought about; with `preload` they are fetched now, after the
 * others. On a GPU the self-test of a load looks at images.
 * @throws TteError unsupported, if the device supports none of the model's formats
 */
export function prefetchModel(
  folder: OpenedFolder,
  abilities: DeviceCapabilities,
  { dtype, preload }: Pick<LoadRequest, 'dtype' | 'preload'>,
): void {
  const plan = plansFor(folder, abilities, dtype)[0] as DtypePlan;
  const { files, prompts } = folder.descriptor;
  const configs = Object.keys(files).filter((path) => /^(\w+_)?config\.json$/.test(path));
  const { glossary, objects, print } = prompts.think ?? {};
  const sessionsWhere = (isWanted: (name: string) => boolean) => weightFiles({ folder, plan }, isWanted);
  const isOnDemand = (name: string) => ON_DEMAND.includes(name);
  const isLater = (name: string) =>
    isOnDemand(name) && (preload || (abilities.device === 'webgpu' && FOR_IMAGES.includes(name)));
  folder.prefetch(
    [
      ...sessionsWhere((name) => !isOnDemand(name)),
      'tokenizer.json',
      ...configs,
      ...[glossary, objects, print].filter((path) => path !== undefined),
    ],
    sessionsWhere(isLater),
    sessionsWhere((name) => isOnDemand(name) && !isLater(name)),
  );
}

/** Downloads what inputs with images need of these models. @throws TteError download-failed | integrity | quota | aborted */
export async function fetchForImages({ embedder, reasoner }: OpenedModels): Promise<void> {
  const models = new Map(
    [embedder, reasoner?.model].flatMap((model) => (model ? [[model.folder, model]] : [])),
  );
  const fetching = [...models.values()].map((model) =>
    model.folder.fetch(weightFiles(model, (session) => FOR_IMAGES.includes(session))),
  );
  await Promise.all(fetching);
}

export async function openModels(
  folder: OpenedFolder | null,
  reasonerFolder: OpenedFolder | null,
  environment: OpenEnvironment,
): Promise<OpenedModels> {
  const { runtime, signal } = environment;
  if (folder?.descriptor.kind === 'unified' && !reasonerFolder) {
    const opened = await openVerified(folder, environment, async ({ sessions }) => {
      const run = await openUnifiedEmbedder(runtime, folder, sessions, signal);
      return { embedder: run, traceSource: unifiedTraceSource(folder.descriptor.id, run.model) };
    });
    const model = { folder, plan: opened.plan };
    return {
      embedder: { ...model, run: opened.embedder, testImages: opened.testImages },
      reasoner: { model, traceSource: opened.traceSource },
    };
  }
  const model = folder && (await openEmbedderModel(folder, environment));
  if (!reasonerFolder) return { embedder: model, reasoner: null };
  const reasoner = await openVerified(reasonerFolder, environment, async ({ sessions }) => ({
    traceSource: localTraceSource(
      reasonerFolder.descriptor.id,
      await openReasoner(runtime, reasonerFolder, sessions, signal),
    ),
  }));
  return {
    embedder: model,
    reasoner: { model: { folder: reasonerFolder, plan: reasoner.plan }, traceSource: reasoner.traceSource },
  };
}

async function openEmbedderModel(folder: OpenedFolder, environment: OpenEnvironment) {
  const { runtime, signal } = environment;
  const { plan, embedder, testImages } = await openVerified(folder, environment, async ({ sessions }) => ({
    embedder: await openEmbedder(runtime, folder, sessions, signal),
  }));
  return { folder, plan, run: embedder, testImages };
}

interface Verifiable {
  embedder?: Embedder;
  traceSource?: LocalTraceSource;
}

/** Tries one format after the other until a self-test passes. @throws the error of the last format */
async function openVerified<T extends Verifiable>(
  folder: OpenedFolder,
  environment: OpenEnvironment,
  open: (plan: DtypePlan) => Promise<T>,
): Promise<T & { plan: DtypePlan; testImages: ImageTest }> {
  const { runtime, shaderF16, dtype, device, measurements, platform, signal, onUnverified } = environment;
  let failure: unknown;
  for (const plan of plansFor(folder, { device: runtime.device, shaderF16 }, dtype)) {
    const opened = await open(plan);
    const { embedder, traceSource } = opened;
    const subject = { descriptor: folder.descriptor, device: `${device}/${plan.label}`, platform };
    const imageTest: ImageTest = async (signal) =>
      embedder && testImages(subject, embedder, measurements, signal);
    try {
      const tested = [
        embedder &&
          (await timedStep('test itself', () => testTexts(subject, embedder, measurements, signal))),
        runtime.device === 'webgpu' && (await imageTest(signal)),
        traceSource && (await testTraces(subject, traceSource, measurements, signal)),
      ];
      if (!tested.includes(true)) onUnverified(folder.descriptor.id);
      return { ...opened, plan, testImages: imageTest };
    } catch (error) {
      await Promise.all([embedder?.release(), traceSource?.release()]);
      if (!isTteError(error, 'unsupported')) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** @throws TteError unsupported, if the device supports none of the model's formats */
function plansFor(
  { descriptor }: OpenedFolder,
  { device, shaderF16 }: DeviceCapabilities,
  dtype: Dtype | null,
): DtypePlan[] {
  const plans = dtypePlans(descriptor, { device, shaderF16 }, dtype);
  if (plans.length > 0) return plans;
  throw new TteError('unsupported', `${descriptor.id} has no weight format that ${device} supports.`);
}

/** Paths of the weight files in use. @param isWanted by session */
export function weightFiles(
  { folder, plan }: OpenedModel,
  isWanted: (session: string) => boolean = () => true,
): string[] {
  return Object.entries(plan.sessions)
    .filter(([session]) => isWanted(session))
    .flatMap(([session, dtype]) => {
      const file = folder.descriptor.sessions[session]?.[dtype];
      return file ? [file.path, ...(file.data ?? [])] : [];
    });
}
