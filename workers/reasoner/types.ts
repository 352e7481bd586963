/** The interface of reasoners of all architectures. */
import type { ThinkDecision, Trace } from '../../src/shared/types.ts';
import type { Pixels } from '../images/pixels.ts';
import type { Recipe } from '../storage/keys.ts';

export interface ThinkInput {
  images: readonly Pixels[];
  text: string;
  instruction: string;
  /** Whether the images are the pages of a document, which are read whatever else is given. */
  arePages?: boolean;
  /** Passages to answer the text from; absent: none. */
  context?: readonly string[];
}

/**
 * What a trace would say about an image alone: the objects in a photograph, or its only `thing`, or what is written there; about a
 * clip: what moves in it.
 */
export type Shown = 'photograph' | 'thing' | 'print' | 'movement';

export interface ThinkOptions {
  signal: AbortSignal;
  /** Called with new text at most 50 times per second; the concatenated deltas are the trace. */
  onDelta?: (delta: string) => void;
  /** Maximum number of generated tokens. @default the descriptor's limit for the mode */
  maxTokens?: number;
}

export interface ReasonerResult {
  trace: Trace;
  /** Why the trace is unusable; the caller then continues without it and reports that. */
  discarded?: NonNullable<ThinkDecision['discarded']>;
  /** Number of prompt tokens, visual tokens included, and how many of them came from the prefix cache. */
  promptTokens: number;
  reusedTokens: number;
  /** Whether the text was truncated to the model's context. */
  truncated: boolean;
  ms: { vision: number; prefill: number; decode: number };
}

export interface Reasoner {
  /** The recipe of its traces. */
  readonly recipe: Recipe;
  /** Whether it supports images. */
  readonly supportsImages: boolean;
  /** Whether it can answer from a context. */
  readonly readsContext: boolean;
  /** The longest form that is worth its tokens. */
  readonly longestMode: 'answer' | 'full';
  /** Whether it reads print. */
  readonly readsPrint: boolean;
  /** Whether it follows the objects in a clip. */
  readonly followsObjects: boolean;
  /**
   * What a trace would say about an image alone, or about a clip; null: nothing. Runs the encoders. @param closely whether to
   * distinguish photographs of one thing, which runs the object detector @throws TteError as `think`
   */
  shows(input: ThinkInput, closely: boolean, signal: AbortSignal): Promise<Shown | null>;
  /** @throws TteError invalid-input (images given to a text model) | run-failed | device-lost | aborted (the signal's reason) */
  think(input: ThinkInput, mode: 'answer' | 'full', options: ThinkOptions): Promise<ReasonerResult>;
  /** Frees sessions and cached prefixes. */
  release(): Promise<void>;
}
