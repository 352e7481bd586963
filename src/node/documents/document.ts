/** A file as the command reads it: a title, and what stands under its headings. */
import type { Section } from '../../../workers/text/passages.ts';

export interface Document {
  /** Null: it names none. */
  title: string | null;
  sections: Section[];
}
