/** Opens the models of a load on its device, in the best format that passes the self-test. */
import { isTteError, TteError } from '../../src/shared/errors.ts';
import type { Dtype } from '../../src/shared/types.ts';
import { openEmbedder } from '../embedder/open.ts';
import type { Embedder } from '../embedder/types.ts';
import { openUnifiedEmbedder } from '../embedder/unified.ts';
import type { PicturePlatform } from '../images/picture.ts';
import { type DeviceCapabilities, type DtypePlan, dtypePlans } from '../models/dtype.ts';
import type { OpenedFolder } from '../models/folder.ts';
import { openReasoner } from '../reasoner/reasoner.ts';
import type { Dtypes, Runtime } from '../runtime/types.ts';
import type { Measurements } from '../storage/measurements.ts';
import { testImages, testTexts, testTraces } from './self-test.ts';
import { localTraceSource, unifiedTraceSource } from './trace-sources.ts';
import type { LocalTraceSource } from './types.ts';

export interface OpenedModel {
  folder: OpenedFolder;
  plan: DtypePlan;
}

/**
 * Does this device see pictures rightly? Before the first one on a CPU, where a load need not wait for it; a GPU is asked while
 * loading, since another backend takes over from it.
 * @throws TteError unsupported, when the vectors are not what they must be
 */
export type ImageTest = (signal: AbortSignal) => Promise<unknown>;

export interface OpenedModels {
  embedder: OpenedModel & { run: Embedder; testImages: ImageTest };
  /** Null: nobody here writes traces. `model` is the embedder's for a unified model. */
  reasoner: { model: OpenedModel; traceSource: LocalTraceSource } | null;
}

export interface OpenEnvironment {
  runtime: Runtime;
  shaderF16: boolean;
  /** What results may depend on besides the model: names backend and adapter. */
  device: string;
  /** Asked for by the caller, or null. */
  dtype: Dtype | null;
  measurements: Measurements;
  platform: PicturePlatform;
  /** Told of a model that brings nothing to test it with. */
  onUnverified: (model: string) => void;
  signal: AbortSignal;
}

/**
 * Begins to fetch what a model will most probably need while the runtime starts, eyes last, since the first picture opens them; the
 * progress so knows its total.
 * @throws TteError unsupported, when this device can run none of the model's formats
 */
export function prefetchModel(
  folder: OpenedFolder,
  abilities: DeviceCapabilities,
  dtype: Dtype | null,
): void {
  const plan = plansFor(folder, abilities, dtype)[0] as DtypePlan;
  const { files, prompts } = folder.descriptor;
  const configs = Object.keys(files).filter((path) => /^(\w+_)?config\.json$/.test(path));
  const glossary = prompts.think?.glossary ? [prompts.think.glossary] : [];
  const { vision_encoder: visionEncoder, ...others } = plan.sessions;
  const filesOf = (sessions: Dtypes) => weightFiles({ folder, plan: { ...plan, sessions } });
  folder.prefetch(
    [...filesOf(others), 'tokenizer.json', ...configs, ...glossary],
    visionEncoder ? filesOf({ vision_encoder: visionEncoder }) : [],
  );
}

export async function openModels(
  folder: OpenedFolder,
  reasonerFolder: OpenedFolder | null,
  environment: OpenEnvironment,
): Promise<OpenedModels> {
  const { runtime, signal } = environment;
  if (folder.descriptor.kind === 'unified' && !reasonerFolder) {
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
  const { plan, embedder, testImages } = await openVerified(folder, environment, async ({ sessions }) => ({
    embedder: await openEmbedder(runtime, folder, sessions, signal),
  }));
  const model = { folder, plan, run: embedder, testImages };
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

interface Verifiable {
  embedder?: Embedder;
  traceSource?: LocalTraceSource;
}

/** Format after format, until one computes rightly. @throws what the last one threw */
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
        embedder && (await testTexts(subject, embedder, measurements, signal)),
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

/** @throws TteError unsupported, when this device can run none of the model's formats */
function plansFor(
  { descriptor }: OpenedFolder,
  { device, shaderF16 }: DeviceCapabilities,
  dtype: Dtype | null,
): DtypePlan[] {
  const plans = dtypePlans(descriptor, { device, shaderF16 }, dtype);
  if (plans.length > 0) return plans;
  throw new TteError('unsupported', `${descriptor.id} has no files that ${device} computes rightly.`);
}

/** Paths of the weight files in use. */
export function weightFiles({ folder, plan }: OpenedModel): string[] {
  return Object.entries(plan.sessions).flatMap(([session, dtype]) => {
    const file = folder.descriptor.sessions[session]?.[dtype];
    return file ? [file.path, ...(file.data ?? [])] : [];
  });
}
