/** Interfaces between the parts of the pipeline. */
import type { WireOptions } from '../../src/shared/protocol.ts';
import type { Embedding, ThinkDecision, Trace } from '../../src/shared/types.ts';
import type { EncodeItem } from '../embedder/types.ts';
import type { States } from '../reasoner/states.ts';
import type { Shown } from '../reasoner/types.ts';
import type { Recipe } from '../storage/keys.ts';
import type { Input } from './input.ts';

/** Result of generating a trace. `trace` is null if it was discarded. */
export interface TraceResult {
  trace: Trace | null;
  discarded?: NonNullable<ThinkDecision['discarded']>;
}

/** A trace and, from a unified model, the states computed with it; the caller disposes them. */
export interface TraceWithStates {
  result: TraceResult;
  states?: States;
}

export type ThinkInput = Pick<EncodeItem, 'images' | 'text' | 'instruction'> &
  Partial<Pick<Input, 'layout'>> & {
    /** Passages to answer from; absent: none. */
    context?: readonly string[];
  };

/** A source of traces: a local reasoner, or the page's reasoner function. */
export interface TraceSource {
  /** For messages. */
  readonly id: string;
  /** Whether it reads images. */
  readonly supportsImages: boolean;
  /** Whether it runs in this worker and therefore uses the run queue. */
  readonly local: boolean;
  /** Whether it can answer from a context. */
  readonly readsContext: boolean;
  /** The longest form that `auto` may choose. */
  readonly longestMode: 'answer' | 'full';
  /** Whether it reads the print on pages. @default false */
  readonly readsPrint?: boolean;
  /** Whether it follows the objects in a clip. @default false */
  readonly followsObjects?: boolean;
  /**
   * What a trace would say about an image alone, or about a clip; null: nothing; absent: never anything. Runs like `think`. @param
   * closely whether to distinguish photographs of one thing
   */
  shows?(input: ThinkInput, closely: boolean, signal: AbortSignal): Promise<Shown | null>;
  think(input: ThinkInput, mode: 'answer' | 'full', call: ThinkCall): Promise<TraceWithStates>;
}

export interface SmokeTestInput {
  text: string;
  instruction?: string;
  mode: 'answer' | 'full';
}

/** A trace source in this worker, which can be self-tested and measured. */
export interface LocalTraceSource extends TraceSource {
  readonly recipe: Recipe;
  /** Generates up to `maxTokens` tokens of a trace for a text, without side effects. */
  smokeTest(input: SmokeTestInput, maxTokens: number, signal: AbortSignal): Promise<string>;
  release(): Promise<void>;
}

export interface ThinkCall {
  signal: AbortSignal;
  onDelta: (delta: string) => void;
  /** Pending request and index of the item in it, for reasoner functions. */
  request: number;
  index: number;
}

/** `get` returns undefined for a missing key. */
export interface Cache<T> {
  get(key: string): T | undefined | Promise<T | undefined>;
  put(key: string, value: T): void;
}

/** One call from the page. */
export interface Call {
  request: number;
  signal: AbortSignal;
  onTrace: (delta: string) => void;
  /** Indices of the inputs in the page's list, if they differ from the indices here. */
  positions?: readonly number[];
}

/** The options and context shared by all inputs of a call. */
export interface Work {
  options: WireOptions;
  call: Call;
  /** A single input is queued before waiting batches, since a user is probably waiting for its result. */
  urgent: boolean;
}

export type Outcome = { value: Embedding } | { error: unknown };
export type OnDone = (index: number, outcome: Outcome) => void;
