/** What every embedder takes and gives, whatever its architecture. */
import type { Role, Trace } from '../../src/shared/types.ts';
import type { Picture } from '../images/picture.ts';
import type { States } from '../reasoner/states.ts';
import type { Recipe } from '../storage/keys.ts';

/** The parts of a trace that are encoded. */
export type TraceText = Pick<Trace, 'text' | 'thinking' | 'answer'>;

/** One input with what was thought about it; `trace` is null for ψ = ∅. */
export interface EncodeItem {
  /** Released by the embedder as soon as each has been looked at. */
  readonly images: readonly Pick<Picture, 'pixels' | 'release'>[];
  readonly text: string;
  readonly instruction: string;
  readonly trace: TraceText | null;
  /** What a unified model computed while thinking: its head reads this instead of the input. The item's owner disposes it. */
  readonly states?: States | undefined;
  readonly role: Role;
}

export interface Encoded {
  /** L2-normalised, full dimensions. */
  vector: Float32Array<ArrayBuffer>;
  /** Tokens encoded: text, visual tokens, trace. */
  tokens: number;
  truncated: boolean;
}

export interface Embedder {
  readonly recipe: Recipe;
  /** Whether it sees images. */
  readonly supportsImages: boolean;
  readonly dimensions: number;
  /**
   * Encodes the items batch by batch, in the order that pads least; each turn of the iterator is one batch (one forward
   * pass, or the few that one input needs), so that the caller can let others go between and stop early.
   * @throws TteError invalid-input, when the embedder cannot see an item's images
   */
  encode(items: readonly EncodeItem[], signal: AbortSignal): AsyncIterableIterator<EncodedBatch>;
  release(): Promise<void>;
}

/** Results by index into the items. */
export type EncodedBatch = readonly { index: number; encoded: Encoded }[];
