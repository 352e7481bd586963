/**
 * The pipeline of loaded models: input → (cache) → trace → encode → vector. `embed` is `embedMany` of one input.
 * Finding and opening models is the task of `load.ts`.
 */
import { TteError } from '../../src/shared/errors.ts';
import type { WireOptions } from '../../src/shared/protocol.ts';
import type { Embedding, ThinkDecision, Trace } from '../../src/shared/types.ts';
import type { Embedder } from '../embedder/types.ts';
import { untilAborted } from '../storage/aborted.ts';
import { checkAnswer, contextReasonerOf, hasContext, type InputWithContext } from './answers.ts';
import { encodedParts } from './encoded-parts.ts';
import { createEncoding } from './encoding.ts';
import { type Input, imageHashes, refuseEmpty } from './input.ts';
import { fromStored, type OpenJob, type ReadyJob, type StoredVector } from './job.ts';
import type { Keys } from './keys.ts';
import { inLanes } from './lanes.ts';
import type { ImageTest } from './open-models.ts';
import type { Queue } from './queue.ts';
import { planTrace, resolvePlan, settlePlan, type TracePlan } from './trace-plan.ts';
import type {
  Cache,
  Call,
  OnDone,
  Outcome,
  TraceResult,
  TraceSource,
  TraceWithStates,
  Work,
} from './types.ts';
import { windows } from './windows.ts';

export interface EngineParts {
  embedder: Embedder;
  /** Resolves when everything is stored that inputs with images need. @throws TteError download-failed | integrity | quota | aborted */
  fetchForImages: () => Promise<unknown>;
  /** Run before the first image is embedded. */
  testImages: ImageTest;
  traceSource: TraceSource | null;
  /** Maximum number of text tokens that the embedder reads; Infinity if unknown. */
  maxTokens: number;
  queue: Queue;
  keys: Keys;
  caches: { vectors: Cache<StoredVector>; traces: Cache<TraceResult> };
}

/** Concurrent calls of a reasoner function: few enough for local servers and the rate limits of hosted models. */
const EXTERNAL_CALLS = 4;

export interface Engine {
  /** Reports each result as it is ready; an item that fails does not affect the others. @throws only the signal's reason */
  embedMany(inputs: readonly Input[], options: WireOptions, call: Call, onDone: OnDone): Promise<void>;
  think(input: Input, options: WireOptions, call: Call): Promise<Trace | null>;
  /**
   * Answers the input's text from its context. If that contains no answer, `discarded` says how this was noticed.
   * @throws TteError unsupported: nothing that can answer is loaded | as `think`
   */
  answer(input: InputWithContext, call: Call): Promise<TraceResult>;
  /** The think decision `embedMany` would make; it may look at an image. @throws TteError unsupported | as `think` */
  decide(input: Input, options: WireOptions, call: Call): Promise<ThinkDecision>;
  /** @throws TteError unsupported: nothing that can answer from a context is loaded */
  requireContextReasoner(): void;
  /** Whether the reasoner is a language model that may know answers, rather than one that only names what it sees. */
  mayKnowAnswers: boolean;
  /** Maximum number of text tokens that the embedder reads; Infinity if unknown. */
  maxTokens: number;
  /** False where it is sure, without embedding it, that a document's text would be cut. */
  mayReadWhole(input: Input, signal: AbortSignal): Promise<boolean>;
  /** The manifest of documents that are embedded with these options. */
  manifest: Keys['manifest'];
}

/** Embeds a single input and throws its error. @throws TteError as `embed` */
export async function embedOne(
  engine: Engine,
  input: Input,
  options: WireOptions,
  call: Call,
): Promise<Embedding> {
  let outcome: Outcome | undefined;
  await engine.embedMany([input], options, call, (_, result) => {
    outcome = result;
  });
  if (outcome && 'value' in outcome) return outcome.value;
  throw outcome?.error ?? new TteError('run-failed', 'The embedder gave no result.');
}

export function createEngine({
  embedder,
  fetchForImages,
  testImages,
  traceSource,
  maxTokens,
  queue,
  keys,
  caches,
}: EngineParts): Engine {
  const encoding = createEncoding({ embedder, queue, keys, vectors: caches.vectors });
  let imagesVerified = false;
  let imagesFetched: Promise<unknown> | null = null;
  /** Not in the queue: texts need not wait for a download. */
  async function fetchFor({ images }: Input, signal: AbortSignal): Promise<void> {
    if (images.length === 0) return;
    imagesFetched ??= fetchForImages().catch((error) => {
      imagesFetched = null;
      throw error;
    });
    await untilAborted(imagesFetched, signal);
  }

  async function open(input: Input, index: number, options: WireOptions): Promise<OpenJob> {
    const started = performance.now();
    refuseEmpty(input);
    const plan = planTrace(input, options.think, options.role, traceSource);
    const hashes = await imageHashes(input);
    const key = await keys.vector(input, hashes, plan, options);
    return { index, input, started, plan, key, hashes };
  }

  /** The trace for an input, from the cache or generated now. */
  async function traceOf(job: OpenJob, by: TraceSource, mode: 'answer' | 'full', { call, urgent }: Work) {
    const key = await keys.trace(job.input, job.hashes, mode);
    const known = key !== null && (await caches.traces.get(key));
    if (known) {
      if (known.trace) call.onTrace(known.trace.text);
      return { result: known, isNew: false, states: undefined };
    }
    const { request, signal, onTrace: onDelta, positions } = call;
    const index = positions?.[job.index] ?? job.index;
    const think = () => by.think(job.input, mode, { request, index, signal, onDelta });
    const { result, states }: TraceWithStates = await (by.local ? queue.run(think, signal, urgent) : think());
    if (key !== null) caches.traces.put(key, result);
    return { result, isNew: true, states };
  }

  function settle(plan: TracePlan, input: Input, { options: { role }, call: { signal }, urgent }: Work) {
    const look = async () => traceSource?.shows?.(input, role === 'query', signal) ?? null;
    return settlePlan(plan, () => queue.run(look, signal, urgent));
  }

  async function verifyImages({ images }: Input, { call: { signal }, urgent }: Work) {
    if (images.length === 0 || imagesVerified) return;
    await queue.run(() => testImages(signal), signal, urgent);
    imagesVerified = true;
  }

  async function prepareTrace(job: OpenJob, work: Work): Promise<ReadyJob> {
    const { options } = work;
    const { images, text, instruction } = job.input;
    const began = performance.now();
    await Promise.all([fetchFor(job.input, work.call.signal), ...images.map((image) => image.pixels())]);
    await verifyImages(job.input, work);
    const decoded = performance.now();
    const plan = await settle(job.plan, job.input, work);
    const { mode } = plan.decision;
    const written =
      traceSource && mode !== 'never' && !plan.supplied ? await traceOf(job, traceSource, mode, work) : null;
    const { decision, trace } = resolvePlan(plan, written?.result ?? null);
    const states = trace ? written?.states : undefined;
    if (images.length > 0 && !embedder.supportsImages && !trace) {
      throw new TteError(
        'invalid-input',
        'The embedder reads text only: leave the image out, load a model that sees, or let a reasoner that sees describe it.',
      );
    }
    const { role, think } = options;
    const item = { images, text, instruction, trace, role, think, states };
    return {
      ...job,
      parts: encodedParts(item, trace, embedder.supportsImages),
      decision,
      trace,
      traceTokens: written?.isNew ? (written.result.trace?.tokens ?? 0) : 0,
      traceCached: written !== null && !written.isNew,
      ms: { decode: decoded - began, think: performance.now() - decoded },
    };
  }

  /** Prepares an input for encoding. Returns null if it was answered from the cache or has failed; both are reported. */
  async function prepare(input: Input, index: number, work: Work, onDone: OnDone): Promise<ReadyJob | null> {
    const { options, call } = work;
    call.signal.throwIfAborted();
    try {
      const job = await open(input, index, options);
      const stored = job.key === null ? undefined : await caches.vectors.get(job.key);
      if (!stored) return await prepareTrace(job, work);
      onDone(index, { value: fromStored(stored, await keys.space(options, job.plan), job.started) });
    } catch (error) {
      call.signal.throwIfAborted();
      onDone(index, { error });
    }
    return null;
  }

  /** A reasoner function waits for something outside this worker, so its calls overlap; a local model runs one at a time. */
  const lanes = traceSource && !traceSource.local ? EXTERNAL_CALLS : 1;

  async function answer(input: InputWithContext, call: Call): Promise<TraceResult> {
    const reasoner = contextReasonerOf(traceSource);
    if (input.context.every((passage) => passage.trim() === '')) return { trace: null, discarded: 'empty' };
    const options: WireOptions = { think: 'answer', role: 'query' };
    const job = await open(input, 0, options);
    await fetchFor(input, call.signal);
    const { result, states } = await traceOf(job, reasoner, 'answer', { options, call, urgent: true });
    states?.dispose();
    return checkAnswer(result, input);
  }

  return {
    answer,
    requireContextReasoner: () => void contextReasonerOf(traceSource),
    manifest: keys.manifest,
    maxTokens,
    mayReadWhole: async ({ text, instruction }, signal) =>
      (await embedder.readsWhole?.({ text, instruction }, signal)) ?? true,
    mayKnowAnswers: traceSource !== null && !(traceSource.local && traceSource.supportsImages),
    async decide(input, { think, role }, call) {
      const plan = planTrace(input, think, role, traceSource);
      const work: Work = { options: { think, role }, call, urgent: true };
      if (plan.dependsOn) {
        await fetchFor(input, call.signal);
        await verifyImages(input, work);
      }
      return (await settle(plan, input, work)).decision;
    },

    async embedMany(inputs, options, call, onDone) {
      const work: Work = { options, call, urgent: inputs.length === 1 };
      for (const window of windows(inputs)) {
        const jobs: ReadyJob[] = [];
        try {
          await inLanes(window, lanes, async (index) => {
            const job = await prepare(inputs[index] as Input, index, work, onDone);
            if (job) jobs.push(job);
          });
          await encoding.encodeAll(jobs, work, onDone);
        } finally {
          for (const { parts } of jobs) for (const { states } of parts) states?.dispose();
        }
      }
    },

    async think(input, options, call) {
      if (hasContext(input)) {
        const { trace, discarded } = await answer(input, call);
        return discarded ? null : trace;
      }
      const job = await open(input, 0, options);
      const work: Work = { options, call, urgent: true };
      await fetchFor(input, call.signal);
      const { supplied, decision } = await settle(job.plan, input, work);
      if (supplied || decision.mode === 'never' || !traceSource) return supplied;
      const { result, states } = await traceOf(job, traceSource, decision.mode, work);
      states?.dispose();
      return result.discarded ? null : result.trace;
    },
  };
}
