/** From prepared inputs to vectors: in batches, each a job of the queue. */
import { encodeParts } from '../embedder/parts.ts';
import type { Embedder } from '../embedder/types.ts';
import { yieldToEventLoop } from '../yield-to-event-loop.ts';
import { type ReadyJob, type StoredVector, toEmbedding, toStored } from './job.ts';
import type { Keys } from './keys.ts';
import { joinWindows } from './page-windows.ts';
import type { Queue } from './queue.ts';
import type { Cache, OnDone, Work } from './types.ts';

interface EncodingParts {
  embedder: Embedder;
  queue: Queue;
  keys: Keys;
  vectors: Cache<StoredVector>;
}

export interface Encoding {
  /** Reports and caches the vector of each job; one that fails does not affect the others. @throws only the signal's reason */
  encodeAll(jobs: readonly ReadyJob[], work: Work, onDone: OnDone): Promise<void>;
}

export function createEncoding({ embedder, queue, keys, vectors }: EncodingParts): Encoding {
  /** Encodes batch by batch; each batch is one job of the queue. @throws the error of the first batch that fails */
  async function encode(jobs: readonly ReadyJob[], { options, call, urgent }: Work, onDone: OnDone) {
    const batches = encodeParts(
      jobs.map((job) => job.parts),
      (items) => embedder.encode(items, call.signal, call.request),
      joinWindows,
    );
    /** Since the last input was complete: its windows may have been in several batches. */
    let ms = 0;
    for (;;) {
      let began = 0;
      const next = () => {
        began = performance.now();
        return batches.next();
      };
      const step = await queue.run(next, call.signal, urgent);
      if (step.done) return;
      ms += performance.now() - began;
      for (const { index, encoded } of step.value) {
        const job = jobs[index] as ReadyJob;
        const stored = toStored(job, encoded, options);
        if (job.key !== null) vectors.put(job.key, stored);
        const space = await keys.space(options, job.plan);
        onDone(job.index, { value: toEmbedding(job, stored, encoded, space, ms) });
      }
      if (step.value.length > 0) ms = 0;
      // On WASM this is the only chance to receive messages (queries, `cancel`, the watchdog's ping). A single input need not wait.
      if (!urgent) await yieldToEventLoop();
    }
  }

  /** Items of a failed batch are retried one by one, so that only the ones at fault fail. */
  async function encodeAll(jobs: readonly ReadyJob[], work: Work, onDone: OnDone) {
    const left = new Map(jobs.map((job) => [job.index, job]));
    const done: OnDone = (index, outcome) => {
      left.delete(index);
      onDone(index, outcome);
    };
    const attempt = async (some: readonly ReadyJob[]) => {
      try {
        await encode(some, work, done);
      } catch (error) {
        work.call.signal.throwIfAborted();
        if (some.length === 1) done((some[0] as ReadyJob).index, { error });
      }
    };
    if (jobs.length > 0) await attempt(jobs);
    // The hidden states left by thinking were consumed by the failed batch, so the trace is encoded again.
    for (const job of left.values()) {
      await attempt([{ ...job, parts: job.parts.map((part) => ({ ...part, states: undefined })) }]);
    }
  }

  return { encodeAll };
}
