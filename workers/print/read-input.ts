/** Which images of an input are read, and how closely. */
import type { PrintedLine } from '../../src/shared/types.ts';
import type { ThinkInput } from '../reasoner/types.ts';
import type { PrintReader } from './reader.ts';

/** Pages are read whatever they come with; of other images only one of its own, about which nothing is asked. */
function isRead({ images, text, instruction, arePages = false }: ThinkInput): boolean {
  return arePages || (images.length === 1 && `${text}${instruction}`.trim() === '');
}

/** Whether something seems to be written in an image that is read. @throws TteError as `PrintReader.read` */
export async function hasPrint(
  reader: PrintReader | null,
  input: ThinkInput,
  signal: AbortSignal,
): Promise<boolean> {
  const [image] = input.images;
  return reader !== null && image !== undefined && isRead(input) && reader.hasPrint(image, signal);
}

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
  if (!input.arePages && !(await hasPrint(reader, input, signal))) return [];
  const lines: PrintedLine[] = [];
  for (const [image, picture] of input.images.entries()) {
    for (const line of await reader.read(picture, signal)) lines.push({ ...line, image });
  }
  return lines;
}
