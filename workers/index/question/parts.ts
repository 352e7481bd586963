/** One condition that was found in a question, and how sure it can be. */
import type { MetadataFilter } from '../../../src/shared/index-types.ts';
import type { Span } from './spans.ts';

/**
 * What the question is about: an item; perhaps the world (*what won in 2024*), where only words that compare make a condition; or the
 * world in general (*how do people live on under 10 euros*), where there are preferences only.
 */
export type Sureness = 'item' | 'world' | 'general';

export interface FoundCondition {
  span: Span;
  where: MetadataFilter;
  /** How it was understood: `price below 50`. */
  reason: string;
  /** If true, it is a condition and its words are removed from the text; otherwise a preference, and its words stay. */
  isSure: boolean;
  /** Whether its words also describe the thing that is looked for, as kinds and tags do; they stay if nothing else is left. */
  isTopic?: boolean;
}
