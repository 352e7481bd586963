/** One row of the result. Smaller figures are better. */
import { median } from '../workers/statistics.ts';

export interface Row {
  name: string;
  unit: string;
  peer: string;
  ours: Measured;
  theirs: Measured;
  /** theirs / ours: the median of the rounds, and the worst of them. */
  ratio: { median: number; worst: number };
  rounds: number;
  /** Rounds in which other work on the machine took so much of it that they cannot be judged. */
  busyRounds: number;
}

/** One side over all rounds; a round's figure is the median of its runs. */
export interface Measured extends Spread {
  /** Null: not chosen by this benchmark. */
  threads: number | null;
  /** The same with the other thread count. */
  otherThreads: (Spread & { threads: number }) | null;
}

export interface Spread {
  median: number;
  best: number;
  worst: number;
}

export const GPU_COUNTS = ['dispatches', 'passes', 'submits', 'pipelines', 'uploaded', 'readBack'] as const;

/** What was asked of the GPU: compute dispatches, passes, submissions, pipelines compiled, bytes up and down. */
export type GpuCounts = Record<(typeof GPU_COUNTS)[number], number>;

/** One piece of work on WebGPU; counts do not vary. */
export interface CountsRow {
  name: string;
  peer: string;
  ourCounts: GpuCounts;
  theirCounts: GpuCounts;
}

export type Side = 'ours' | 'theirs';

/** Pico has an architecture of its own, which the peer does not run. */
export const LOADED = ['MiniLM', 'pico', 'SmolLM2'] as const;
export type LoadedModel = (typeof LOADED)[number];

/** Bytes of resident memory of the page's process, worker included; null: the peer does not run the model. */
export interface MemoryRow {
  name: string;
  ours: { peak: number; rest: number };
  theirs: { peak: number; rest: number } | null;
}

/** Our second visit: milliseconds from navigation to the first vector, and when each step of the load began and ended. */
export interface LoadingRow {
  name: string;
  total: number;
  /** `spent` is the sum where a step is made several times; steps overlap. */
  steps: { name: string; from: number; to: number; spent: number }[];
}

export type AnyRow = Row | CountsRow | MemoryRow | SearchRow | LoadingRow;

/** One engine over one collection; milliseconds, bytes; null: it has no such figure. */
export interface SearchRow {
  name: string;
  size: number;
  dims: number;
  engine: string;
  /** The fastest, which is the least affected figure on a busy machine. */
  best: number;
  p50: number;
  p95: number;
  /** Of the exact top 10. */
  recall: number | null;
  build: number;
  open: number | null;
  bytes: number | null;
}

export function spread(figures: readonly number[]): Spread {
  return { median: median(figures), best: Math.min(...figures), worst: Math.max(...figures) };
}

/** How cost grows with the size of a text, a batch, a picture, a trace, a collection. */
export type CurveName = 'text' | 'batch' | 'picture' | 'trace' | 'search';

/** Milliseconds of one piece of work of a size. */
export type Point = { size: number } & Record<Side, number>;
