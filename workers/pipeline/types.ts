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
  think(input: ThinkInput, mode: 'answer' | 'full', call: ThinkCall): Promise<ThinkResult>;
}

/** A thinker in this worker, whose speed can be measured. */
export interface LocalThinker extends Thinker {
  /** Thinks about a text for so many tokens and forgets it. */
  rehearse(text: string, maxTokens: number, signal: AbortSignal): Promise<void>;
  release(): Promise<void>;
}

export interface ThinkCall {
  signal: AbortSignal;
  onDelta: (delta: string) => void;
  /** Which item of which pending request this is, for thinkers on the page. */
  request: number;
  index: number;
}
