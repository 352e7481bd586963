/** What a trace says of the print in images. */
import type { PrintedLine } from '../../src/shared/types.ts';

/** Words from which an image is a page: its vector is that of the words on it. Fewer are a sign or a label, told beside what is seen. */
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
