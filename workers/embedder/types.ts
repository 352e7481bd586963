/** The interface of embedders of all architectures. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';
import type { Role, ThinkMode, Trace } from '../../src/shared/types.ts';
import type { Picture } from '../images/picture.ts';
import type { EmbedPrompts } from '../models/prompts.ts';
import type { States } from '../reasoner/states.ts';
import type { Recipe } from '../storage/keys.ts';

/** The parts of a trace that are encoded. */
export type TraceText = Pick<Trace, 'text' | 'thinking' | 'answer'> & Partial<Pick<Trace, 'source'>>;

/** One input with its trace, which is null without thinking. */
export interface EncodeItem {
  /** Each is released by the embedder as soon as it has been encoded. */
  readonly images: readonly Pick<Picture, 'pixels' | 'release'>[];
  readonly text: string;
  readonly instruction: string;
  readonly trace: TraceText | null;
  /** States a unified model computed with the trace: its head reads them instead of the input. The item's owner disposes them. */
  readonly states?: States | undefined;
  readonly role: Role;
  /** As requested. @default that of the trace */
  readonly think?: ThinkMode;
}

export interface Encoded {
  /** L2-normalised, full dimensions. */
  vector: Float32Array<ArrayBuffer>;
  /** Number of encoded tokens: text, visual tokens and trace. */
  tokens: number;
  truncated: boolean;
}

export interface Embedder {
  readonly recipe: Recipe;
  /** Whether it supports images. */
  readonly supportsImages: boolean;
  readonly dimensions: number;
  /**
   * Encodes the items batch by batch, in the order with the least padding. Each step of the iterator is one batch (one forward
   * pass, or the few that one input needs), so that the caller can run other jobs in between and stop early.
   * @param request the page's call on behalf of which a custom embedder is called
   * @throws TteError invalid-input, if an item has images and the embedder does not read them
   */
  encode(
    items: readonly EncodeItem[],
    signal: AbortSignal,
    request: number,
  ): AsyncIterableIterator<EncodedBatch>;
  /** Whether it reads all of a document's text, which takes no pass of the model. Absent where only encoding tells. */
  readsWhole?(document: Pick<EncodeItem, 'text' | 'instruction'>, signal: AbortSignal): Promise<boolean>;
  release(): Promise<void>;
}

/** Results with their indices into the items. */
export type EncodedBatch = readonly { index: number; encoded: Encoded }[];

/** How an embedder combines the vectors of its towers. */
export interface TowerOptions {
  templates: EmbedPrompts;
  /** Weights of text versus image, and of a trace. @default those of the kind of embedder */
  fusion?: ModelDescriptor['fusion'] | undefined;
  dimensions: number;
}
