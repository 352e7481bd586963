/** The vocabulary of the benchmark: what is asked, of which system, and the rows that come of it. */
import type { Metric } from './metrics.ts';
import type { Drawing } from './pictures.ts';

/** Something to embed; pictures by their key in the suite's drawing. */
export interface Ask {
  image?: string;
  frames?: readonly string[];
  pages?: readonly string[];
  text?: string;
  instruction?: string;
  /** What the teacher would write about it. */
  teacher?: { answer: string; full: string };
}

/** Queries, and the targets among which each looks for its own. */
export interface Search {
  suite: string;
  family: string;
  metrics: readonly Metric[];
  /** The side that is thought about, and by whose traces a row's `think` is named. */
  thinks: 'queries' | 'targets';
  queries: readonly Ask[];
  targets: readonly Ask[];
  /** For each query: target → gain. */
  relevant: readonly ReadonlyMap<number, number>[];
  /** For each query the target that is itself, and no candidate. */
  self?: readonly number[];
  /** Whether an own trace comes to the teacher's conclusion; where there is one to come to. */
  isRight?: (own: string, teacher: string) => boolean;
}

/** Pairs of texts with how similar people find them. */
export interface Similarity {
  suite: string;
  family: string;
  pairs: readonly { a: Ask; b: Ask; score: number }[];
}

export interface Suite {
  searches: readonly Search[];
  similarities: readonly Similarity[];
  drawing: Drawing;
}

export type System = 'direct' | 'TTE_s' | 'TTE_u' | 'TTE_t';

/** `shuffled`: each gets another's full trace, its own reasoner's or, for TTE_t, the teacher's. */
export type Think = 'never' | 'answer' | 'full' | 'auto' | 'shuffled';

export interface Row {
  suite: string;
  family: string;
  system: System;
  think: Think;
  /** Also `spearman`, `finals` (own traces with the right conclusion), `gate` (share thought about) and `p50-ms`. */
  metric: Metric | 'spearman' | 'finals' | 'thought' | 'p50-ms';
  /** 0–100; milliseconds for `p50-ms`. */
  value: number;
  /** Questions. */
  n: number;
  /** Trace tokens and milliseconds of what was thought about, means. */
  tokens: number;
  ms: number;
}

/** One relevant target for each query. */
export function only(targets: readonly number[]): ReadonlyMap<number, number>[] {
  return targets.map((target) => new Map([[target, 1]]));
}
