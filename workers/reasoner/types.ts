/** What every reasoner takes and gives, whatever its architecture. */
import type { ThinkDecision, Trace } from '../../src/shared/types.ts';
import type { Pixels } from '../images/pixels.ts';
import type { Recipe } from '../storage/keys.ts';

export interface ThinkInput {
  images: readonly Pixels[];
  text: string;
  instruction: string;
}

export interface ThinkOptions {
  signal: AbortSignal;
  /** Called with new text 30 to 60 times a second at most; the deltas joined are the trace. */
  onDelta?: (delta: string) => void;
  /** Budget of generated tokens. @default the descriptor's for the mode */
  maxTokens?: number;
}

export interface ReasonerResult {
  trace: Trace;
  /** Why the trace is of no use: the caller goes on with ψ = ∅ and says so. */
  discarded?: NonNullable<ThinkDecision['discarded']>;
  /** Prompt tokens, visual tokens included, and how many of them came from a kept prefix. */
  promptTokens: number;
  reusedTokens: number;
  /** Some of the text did not fit the model's context and was cut. */
  truncated: boolean;
  ms: { vision: number; prefill: number; decode: number };
}

export interface Reasoner {
  /** Of its traces. */
  readonly recipe: Recipe;
  /** Whether it sees images. */
  readonly supportsImages: boolean;
  /** The longer form that is worth its tokens. */
  readonly longestMode: 'answer' | 'full';
  /** @throws TteError invalid-input (images given to a text model) | run-failed | device-lost | aborted (the signal's reason) */
  think(input: ThinkInput, mode: 'answer' | 'full', options: ThinkOptions): Promise<ReasonerResult>;
  /** Frees sessions and kept prefixes. */
  release(): Promise<void>;
}
