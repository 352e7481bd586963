/** Opens the models of a load on its device, in the best format that passes the self-test. */
import { isTteError, TteError } from '../../src/shared/errors.ts';
import type { Dtype } from '../../src/shared/types.ts';
import { openEmbedder } from '../embedder/open.ts';
import type { Embedder } from '../embedder/types.ts';
import { openUnifiedEmbedder } from '../embedder/unified.ts';
import { type Abilities, type DtypePlan, dtypePlans } from '../models/dtype.ts';
import type { OpenedFolder } from '../models/folder.ts';
import { openReasoner } from '../reasoner/reasoner.ts';
import type { Dtypes, Runtime } from '../runtime/types.ts';
import type { Facts } from '../storage/facts.ts';
import { testPictures, testThinker, testWords } from './self-test.ts';
import { localThinker, unifiedThinker } from './thinkers.ts';
import type { LocalThinker } from './types.ts';

export interface OpenedModel {
  folder: OpenedFolder;
  plan: DtypePlan;
}

/**
 * Does this device see pictures rightly? Before the first one on a CPU, where a load need not wait for it; a GPU is asked while
 * loading, since another backend takes over from it.
 * @throws TteError unsupported, when the vectors are not what they must be
 */
export type PictureTest = (signal: AbortSignal) => Promise<unknown>;

export interface OpenedModels {
  embedder: OpenedModel & { run: Embedder; testPictures: PictureTest };
  /** Null: nobody here writes traces. `model` is the embedder's for a unified model. */
  reasoner: { model: OpenedModel; thinker: LocalThinker } | null;
}

export interface OpenEnvironment {
  runtime: Runtime;
  shaderF16: boolean;
  /** What results may depend on besides the model: names backend and adapter. */
  device: string;
  /** Asked for by the caller, or null. */
  dtype: Dtype | null;
  facts: Facts;
  /** Told of a model that brings nothing to test it with. */
  onUnverified: (model: string) => void;
  signal: AbortSignal;
}

/**
 * Begins to fetch what a model will most probably need while the runtime starts, eyes last, since the first picture opens them; the
 * progress so knows its total.
 * @throws TteError unsupported, when this device can run none of the model's formats
 */
export function fetchAhead(folder: OpenedFolder, abilities: Abilities, dtype: Dtype | null): void {
  const plan = plansFor(folder, abilities, dtype)[0] as DtypePlan;
  const { files, prompts } = folder.descriptor;
  const configs = Object.keys(files).filter((path) => /^(\w+_)?config\.json$/.test(path));
  const glossary = prompts.think?.glossary ? [prompts.think.glossary] : [];
  const { vision_encoder: eyes, ...others } = plan.sessions;
  const filesOf = (sessions: Dtypes) => weightFiles({ folder, plan: { ...plan, sessions } });
  folder.fetchAhead(
    [...filesOf(others), 'tokenizer.json', ...configs, ...glossary],
    eyes ? filesOf({ vision_encoder: eyes }) : [],
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
      return { embedder: run, thinker: unifiedThinker(folder.descriptor.id, run.model) };
    });
    const model = { folder, plan: opened.plan };
    return {
      embedder: { ...model, run: opened.embedder, testPictures: opened.testPictures },
      reasoner: { model, thinker: opened.thinker },
    };
  }
  const { plan, embedder, testPictures } = await openVerified(folder, environment, async ({ sessions }) => ({
    embedder: await openEmbedder(runtime, folder, sessions, signal),
  }));
  const model = { folder, plan, run: embedder, testPictures };
  if (!reasonerFolder) return { embedder: model, reasoner: null };
  const reasoner = await openVerified(reasonerFolder, environment, async ({ sessions }) => ({
    thinker: localThinker(
      reasonerFolder.descriptor.id,
      await openReasoner(runtime, reasonerFolder, sessions, signal),
    ),
  }));
  return {
    embedder: model,
    reasoner: { model: { folder: reasonerFolder, plan: reasoner.plan }, thinker: reasoner.thinker },
  };
}

interface Verifiable {
  embedder?: Embedder;
  thinker?: LocalThinker;
}

/** Format after format, until one computes rightly. @throws what the last one threw */
async function openVerified<T extends Verifiable>(
  folder: OpenedFolder,
  environment: OpenEnvironment,
  open: (plan: DtypePlan) => Promise<T>,
): Promise<T & { plan: DtypePlan; testPictures: PictureTest }> {
  const { runtime, shaderF16, dtype, device, facts, signal, onUnverified } = environment;
  let failure: unknown;
  for (const plan of plansFor(folder, { device: runtime.device, shaderF16 }, dtype)) {
    const opened = await open(plan);
    const { embedder, thinker } = opened;
    const subject = { descriptor: folder.descriptor, device: `${device}/${plan.label}` };
    const pictureTest: PictureTest = async (signal) =>
      embedder && testPictures(subject, embedder, facts, signal);
    try {
      const tested = [
        embedder && (await testWords(subject, embedder, facts, signal)),
        runtime.device === 'webgpu' && (await pictureTest(signal)),
        thinker && (await testThinker(subject, thinker, facts, signal)),
      ];
      if (!tested.includes(true)) onUnverified(folder.descriptor.id);
      return { ...opened, plan, testPictures: pictureTest };
    } catch (error) {
      await Promise.all([embedder?.release(), thinker?.release()]);
      if (!isTteError(error, 'unsupported')) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** @throws TteError unsupported, when this device can run none of the model's formats */
function plansFor(
  { descriptor }: OpenedFolder,
  { device, shaderF16 }: Abilities,
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
