/** A document as the command reads it: a title, and sections by heading. */
import type { Section } from '../../../workers/text/passages.ts';

export interface Document {
  /** Null if it has none. */
  title: string | null;
  sections: Section[];
}
