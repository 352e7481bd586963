/** One condition that was found in a question. */
import type { MetadataFilter } from '../../../src/shared/index-types.ts';
import type { Span } from './spans.ts';

export interface FoundCondition {
  span: Span;
  where: MetadataFilter;
  /** What it was taken for: `price below 50`. */
  reason: string;
  /** A condition, taken out of the text; else a preference, and its words stay in the text. */
  isSure: boolean;
  /** Whether its words also say what is looked for, as kinds and tags do; they stay where nothing else is left. */
  isTopic?: boolean;
}
