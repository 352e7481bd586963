/** The states of one input in the pipeline: opened, with a trace, encoded. */
import type { WireOptions } from '../../src/shared/protocol.ts';
import type { Embedding, ThinkDecision, Trace } from '../../src/shared/types.ts';
import type { Encoded, EncodeItem } from '../embedder/types.ts';
import { shorten } from '../embedder/vector.ts';
import type { Input } from './input.ts';
import type { TracePlan } from './trace-plan.ts';

/** An input that is not in the vector cache. */
export interface OpenJob {
  index: number;
  input: Input;
  started: number;
  plan: TracePlan;
  /** Of the vector, in the cache; null: it is not kept. */
  key: string | null;
  /** Content hashes of the images. */
  hashes: readonly string[];
}

/** Ready to be encoded: the trace is decided and the images are decoded. */
export interface ReadyJob extends OpenJob {
  /** One, or the windows of a page's words. */
  parts: readonly EncodeItem[];
  decision: ThinkDecision;
  trace: Trace | null;
  /** Tokens generated for this call; 0 for a supplied or cached trace. */
  traceTokens: number;
  traceCached: boolean;
  ms: { decode: number; think: number };
}

/** An entry of the vector cache. */
export type StoredVector = Pick<Embedding, 'vector' | 'trace' | 'thinkDecision' | 'truncated'>;

export function toStored(job: ReadyJob, encoded: Encoded, { dimensions }: WireOptions): StoredVector {
  return {
    vector: shorten(encoded.vector, dimensions ?? encoded.vector.length),
    trace: job.trace,
    thinkDecision: job.decision,
    truncated: encoded.truncated,
  };
}

/** The vector is copied, since the result's buffer is transferred while the cache keeps its own. */
export function fromStored(stored: StoredVector, space: string, started: number): Embedding {
  const ms = { decode: 0, think: 0, encode: 0, total: performance.now() - started };
  return {
    ...stored,
    vector: stored.vector.slice(),
    space,
    usage: { inputTokens: 0, traceTokens: 0, ms },
    cached: 'vector',
  };
}

export function toEmbedding(
  job: ReadyJob,
  stored: StoredVector,
  encoded: Encoded,
  space: string,
  encode: number,
): Embedding {
  return {
    ...fromStored(stored, space, job.started),
    usage: {
      inputTokens: encoded.tokens,
      traceTokens: job.traceTokens,
      ms: { ...job.ms, encode, total: performance.now() - job.started },
    },
    cached: job.traceCached ? 'trace' : false,
  };
}
