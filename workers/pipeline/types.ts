/** The parts that the pipeline is made of. */
import type { ThinkDecision, Trace } from '../../src/shared/types.ts';
import type { EncodeItem } from '../embedder/types.ts';
import type { States } from '../reasoner/states.ts';
import type { Recipe } from '../storage/keys.ts';

/** What came of thinking. `trace` is null when it was discarded (ψ = ∅). */
export interface TraceResult {
  trace: Trace | null;
  discarded?: NonNullable<ThinkDecision['discarded']>;
}

/** A thought, and, from a unified model, the states it left behind: the caller's to dispose. */
export interface TraceWithStates {
  result: TraceResult;
  states?: States;
}

export type ThinkInput = Pick<EncodeItem, 'images' | 'text' | 'instruction'>;

/** Whoever writes traces: the local reasoner, or the page's function. */
export interface TraceSource {
  /** For messages. */
  readonly id: string;
  /** Whether it sees images. */
  readonly supportsImages: boolean;
  /** Whether it computes in this worker and therefore needs the run queue. */
  readonly local: boolean;
  /** The longer form that `auto` may choose. */
  readonly longestMode: 'answer' | 'full';
  think(input: ThinkInput, mode: 'answer' | 'full', call: ThinkCall): Promise<TraceWithStates>;
}

export interface SmokeTestInput {
  text: string;
  instruction?: string;
  mode: 'answer' | 'full';
}

/** A trace source in this worker, which can be tested and measured. */
export interface LocalTraceSource extends TraceSource {
  readonly recipe: Recipe;
  /** Thinks about words for so many tokens, leaves nothing behind, and gives what it wrote. */
  smokeTest(input: SmokeTestInput, maxTokens: number, signal: AbortSignal): Promise<string>;
  release(): Promise<void>;
}

export interface ThinkCall {
  signal: AbortSignal;
  onDelta: (delta: string) => void;
  /** Which item of which pending request this is, for reasoner functions. */
  request: number;
  index: number;
}
