/** The parts that the pipeline is made of. */
import type { ThinkDecision, Trace } from '../../src/shared/types.ts';
import type { EncodeItem } from '../embedder/types.ts';
import type { States } from '../reasoner/states.ts';

/** What came of thinking. `trace` is null when it was discarded (ψ = ∅). */
export interface Thought {
  trace: Trace | null;
  discarded?: NonNullable<ThinkDecision['discarded']>;
}

/** A thought, and, from a unified model, the states it left behind: the caller's to dispose. */
export interface ThinkResult {
  thought: Thought;
  states?: States;
}

export type ThinkInput = Pick<EncodeItem, 'images' | 'text' | 'instruction'>;

/** Whoever writes traces: the local reasoner, or the page's function (TTE_t). */
export interface Thinker {
  /** Part of cache keys and of the space. */
  readonly id: string;
  /** Whether it sees images. */
  readonly images: boolean;
  /** Whether it computes in this worker and therefore needs the run queue. */
  readonly local: boolean;
  /** The longer form that `auto` may choose. */
  readonly longest: 'answer' | 'full';
  think(input: ThinkInput, mode: 'answer' | 'full', call: ThinkCall): Promise<ThinkResult>;
}

export interface Rehearsal {
  text: string;
  instruction?: string;
  mode: 'answer' | 'full';
}

/** A thinker in this worker, which can be tested and measured. */
export interface LocalThinker extends Thinker {
  /** Thinks about words for so many tokens, leaves nothing behind, and gives what it wrote. */
  rehearse(input: Rehearsal, maxTokens: number, signal: AbortSignal): Promise<string>;
  release(): Promise<void>;
}

export interface ThinkCall {
  signal: AbortSignal;
  onDelta: (delta: string) => void;
  /** Which item of which pending request this is, for thinkers on the page. */
  request: number;
  index: number;
}
