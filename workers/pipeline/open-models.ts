/** Opens the models of a load on its device, in the best format that passes the self-test. */
import { isTteError, TteError } from '../../src/shared/errors.ts';
import type { Dtype } from '../../src/shared/types.ts';
import { openEmbedder } from '../embedder/open.ts';
import type { Embedder } from '../embedder/types.ts';
import { openUnifiedEmbedder } from '../embedder/unified.ts';
import { type DtypePlan, dtypePlans } from '../models/dtype.ts';
import type { OpenedFolder } from '../models/folder.ts';
import { openReasoner } from '../reasoner/reasoner.ts';
import type { Runtime } from '../runtime/types.ts';
import type { Facts } from '../storage/facts.ts';
import { selfTest } from './self-test.ts';
import { localThinker, unifiedThinker } from './thinkers.ts';
import type { LocalThinker } from './types.ts';

export interface OpenedModel {
  folder: OpenedFolder;
  plan: DtypePlan;
}

export interface OpenedModels {
  embedder: OpenedModel & { run: Embedder };
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
  signal: AbortSignal;
}

export async function openModels(
  folder: OpenedFolder,
  reasonerFolder: OpenedFolder | null,
  environment: OpenEnvironment,
): Promise<OpenedModels> {
  const { runtime, signal } = environment;
  const reasonerPlan = reasonerFolder && (plansFor(reasonerFolder, environment)[0] as DtypePlan);
  expectFiles(folder, plansFor(folder, environment)[0] as DtypePlan);
  if (reasonerFolder && reasonerPlan) expectFiles(reasonerFolder, reasonerPlan);

  if (folder.descriptor.kind === 'unified' && !reasonerFolder) {
    const { plan, run } = await openVerified(folder, environment, ({ sessions }) =>
      openUnifiedEmbedder(runtime, folder, sessions, signal),
    );
    const model = { folder, plan };
    return {
      embedder: { ...model, run },
      reasoner: { model, thinker: unifiedThinker(folder.descriptor.id, run.model) },
    };
  }
  const { plan, run } = await openVerified(folder, environment, ({ sessions }) =>
    openEmbedder(runtime, folder, sessions, signal),
  );
  if (!reasonerFolder || !reasonerPlan) return { embedder: { folder, plan, run }, reasoner: null };
  const reasoner = await openReasoner(runtime, reasonerFolder, reasonerPlan.sessions, signal);
  return {
    embedder: { folder, plan, run },
    reasoner: {
      model: { folder: reasonerFolder, plan: reasonerPlan },
      thinker: localThinker(reasonerFolder.descriptor.id, reasoner),
    },
  };
}

/** Format after format, until one computes rightly. @throws what the last one threw */
async function openVerified<T extends Embedder>(
  folder: OpenedFolder,
  environment: OpenEnvironment,
  open: (plan: DtypePlan) => Promise<T>,
): Promise<{ plan: DtypePlan; run: T }> {
  const { device, facts, signal } = environment;
  let failure: unknown;
  for (const plan of plansFor(folder, environment)) {
    const run = await open(plan);
    try {
      await selfTest(folder.descriptor, run, `${device}/${plan.label}`, facts, signal);
      return { plan, run };
    } catch (error) {
      await run.release();
      if (!isTteError(error, 'unsupported')) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** @throws TteError unsupported, when this device can run none of the model's formats */
function plansFor({ descriptor }: OpenedFolder, { runtime, shaderF16, dtype }: OpenEnvironment): DtypePlan[] {
  const plans = dtypePlans(descriptor, { device: runtime.device, shaderF16 }, dtype);
  if (plans.length > 0) return plans;
  throw new TteError('unsupported', `${descriptor.id} has no files that ${runtime.device} computes rightly.`);
}

/** So that the progress knows its total from the start. */
function expectFiles(folder: OpenedFolder, { sessions }: DtypePlan): void {
  const files = Object.entries(sessions).map(
    ([session, dtype]) => folder.descriptor.sessions[session]?.[dtype],
  );
  folder.expect([
    ...files.flatMap((file) => (file ? [file.path, ...(file.data ?? [])] : [])),
    'tokenizer.json',
  ]);
}
