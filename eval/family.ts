/** The benchmark's types: inputs, tasks, systems, and rows of results. */
import type { Metric } from './metrics.ts';
import type { Drawing } from './pictures.ts';

/** An input to embed; pictures are named by their key in the suite's drawing. */
export interface Ask {
  image?: string;
  frames?: readonly string[];
  pages?: readonly string[];
  text?: string;
  instruction?: string;
  /** The traces that the teacher, an ideal reasoner, would write about it. */
  teacher?: { answer: string; full: string };
}

/** A retrieval task: queries, and the targets among which each query has relevant ones. */
export interface Search {
  suite: string;
  family: string;
  metrics: readonly Metric[];
  /** The side that gets traces; the `think` of a row is the mode of these traces. */
  thinks: 'queries' | 'targets';
  queries: readonly Ask[];
  targets: readonly Ask[];
  /** For each query: target → gain. */
  relevant: readonly ReadonlyMap<number, number>[];
  /** Whether the targets found first are compared with those of `never`, query by query. */
  paired?: boolean;
  /** For each query its candidates, where they are not all targets. */
  among?: readonly (readonly number[])[];
  /** For each query the target that is the query itself, and therefore not a candidate. */
  self?: readonly number[];
  /** Whether a system's own trace reaches the teacher's conclusion; absent for tasks without one. */
  isRight?: (own: string, teacher: string) => boolean;
}

/** A search in an index of texts, as an application would make it. */
export interface IndexSearch {
  suite: string;
  family: string;
  metrics: readonly Metric[];
  /** None is empty. */
  documents: readonly string[];
  queries: readonly string[];
  /** For each query: document → gain. */
  relevant: readonly ReadonlyMap<number, number>[];
}

/** A search among pictures of print in an index that reads them, and in one that does not. */
export interface PrintSearch {
  suite: string;
  family: string;
  metrics: readonly Metric[];
  /** Keys of the suite's drawing. */
  pictures: readonly string[];
  /** What is printed on each, if it is to be measured as text, too: the bound. */
  texts?: readonly string[];
  queries: readonly string[];
  /** For each query: picture → gain. */
  relevant: readonly ReadonlyMap<number, number>[];
}

/** Pairs of texts with similarity scores given by people. */
export interface Similarity {
  suite: string;
  family: string;
  pairs: readonly { a: Ask; b: Ask; score: number }[];
}

export interface Suite {
  searches: readonly Search[];
  /** @default none */
  indexed?: readonly IndexSearch[];
  /** @default none */
  printed?: readonly PrintSearch[];
  similarities: readonly Similarity[];
  drawing: Drawing;
}

export const SYSTEMS = ['MiniLM', 'direct', 'TTE_s', 'TTE_u', 'TTE_t'] as const;
export type System = (typeof SYSTEMS)[number];

/** `shuffled`: each input gets the full trace of another one, written by the system's reasoner or, for TTE_t, by the teacher. */
export type Think = 'never' | 'answer' | 'full' | 'auto' | 'shuffled';

export interface Row {
  suite: string;
  family: string;
  system: System;
  think: Think;
  /** Also `spearman`, `finals` (own traces with the right conclusion), `thought` (share of inputs that got a trace), `of-text` (percent of what the same texts reach as text) and `p50-ms`. */
  metric: Metric | 'spearman' | 'finals' | 'thought' | 'parts' | 'wrong-filter' | 'of-text' | 'p50-ms';
  /** 0–100, or milliseconds for `p50-ms`. */
  value: number;
  /** Number of queries or pairs. */
  n: number;
  /** Mean trace tokens and milliseconds of the side that gets traces. */
  tokens: number;
  ms: number;
  /** Of searches in an index: whether words counted. */
  words?: boolean;
  /** The first hits of a search that might think: for the question taken apart, without a trace. */
  stage?: 'quick';
  /** 95 % interval of `value`, bootstrapped over the questions. */
  interval?: readonly [low: number, high: number];
  /** Questions that are answered better or worse than by vectors alone without a trace; of pages, than with the texts as text. */
  better?: number;
  worse?: number;
}

/** The `relevant` of a task with one relevant target for each query. */
export function only(targets: readonly number[]): ReadonlyMap<number, number>[] {
  return targets.map((target) => new Map([[target, 1]]));
}
