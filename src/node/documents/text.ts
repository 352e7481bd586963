/** Plain text; paragraphs are separated by empty lines. */
import type { Document } from './document.ts';

export function readText(text: string): Document {
  const paragraphs = text.split(/\r?\n[ \t]*\r?\n/).map((paragraph) => paragraph.replace(/\s+/g, ' ').trim());
  return { title: null, sections: [{ headings: [], anchor: null, paragraphs }] };
}
