/** Decides which images of an input are read, and how thoroughly. */
import type { PrintedLine } from '../../src/shared/types.ts';
import { asksForPrint } from '../reasoner/gate.ts';
import type { ThinkInput } from '../reasoner/types.ts';
import type { PrintReader } from './reader.ts';

/** Pages are always read; another image only if it is the only one and nothing is asked about it except what is written there. */
function isRead({ images, text, instruction, arePages = false }: ThinkInput): boolean {
  const asked = `${instruction}\n${text}`.trim();
  return arePages || (images.length === 1 && (asked === '' || asksForPrint(asked)));
}

/** If an image is not a page, shorter readings are taken for strokes of a drawing. */
const LEAST_LETTERS = 3;

/**
 * The lines of all pages, or of an image in which something seems to be written at a first look.
 * @throws TteError as `PrintReader.read`
 */
export async function readPrint(
  reader: PrintReader | null,
  input: ThinkInput,
  signal: AbortSignal,
): Promise<PrintedLine[]> {
  if (!reader || !isRead(input)) return [];
  const lines: PrintedLine[] = [];
  const { arePages = false } = input;
  for (const [image, picture] of input.images.entries()) {
    for (const line of await reader.read(picture, arePages, signal)) lines.push({ ...line, image });
  }
  const letters = lines.reduce((sum, { text }) => sum + (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0), 0);
  return arePages || letters >= LEAST_LETTERS ? lines : [];
}
