/** The part of a trace that gives the print in images. */
import type { PrintedLine } from '../../src/shared/types.ts';

/**
 * Number of words from which an image counts as a page, whose vector is that of its words. Fewer are a sign or a label, which the
 * trace gives beside what is seen.
 */
const PAGE_WORDS = 24;

/** The lines as running text; a word that is divided at the end of a line is one word. */
export function runningText(lines: readonly Pick<PrintedLine, 'text'>[]): string {
  return lines
    .map(({ text }) => text)
    .join('\n')
    .replace(/(\p{L})[-‐]\n(?=\p{Ll})/gu, '$1')
    .replaceAll('\n', ' ');
}

export function isPage(lines: readonly Pick<PrintedLine, 'text'>[]): boolean {
  return runningText(lines).split(/\s+/).length >= PAGE_WORDS;
}

/** `says : open daily`; empty without print. */
export function printStatement(lines: readonly Pick<PrintedLine, 'text'>[]): string {
  return lines.length > 0 ? `says : ${runningText(lines).toLowerCase()}` : '';
}
