/** JSON Lines: the manifest in the first line, then one row a line. */
import { TteError } from '../../../src/shared/errors.ts';
import type { SpaceManifest } from '../../../src/shared/index-types.ts';
import { parseManifest } from './manifest.ts';
import { type Batches, digits, type ImportedRecord, recordOf, rowOf } from './rows.ts';

/** @param vectors false: rows without vectors, for the file beside an npy */
export async function* writeJsonl(manifest: SpaceManifest, batches: Batches, vectors: boolean) {
  yield `${JSON.stringify({ manifest })}\n`;
  for await (const batch of batches) {
    const lines = batch.map((record) => {
      const { id, ...rest } = rowOf(record);
      return JSON.stringify(
        vectors ? { id, vector: Array.from(record.vector, digits), ...rest } : { id, ...rest },
      );
    });
    if (lines.length > 0) yield `${lines.join('\n')}\n`;
  }
}

/** A line that is a text or a number is an item's id alone. */
export async function openJsonl(file: Blob, name: string) {
  const first = await linesOf(file, name).next();
  const head = first.done ? null : parseLine(first.value, name);
  const hasManifest = head !== null && 'manifest' in head && !('id' in head);
  const manifest = hasManifest ? parseManifest(head.manifest, `${name}, line 1`) : null;

  async function* batches(size: number): AsyncGenerator<ImportedRecord[]> {
    let batch: ImportedRecord[] = [];
    for await (const line of linesOf(file, name)) {
      if (manifest !== null && line.number === 1) continue;
      const place = `${name}, line ${line.number}`;
      batch.push(recordOf(parseLine(line, name), place, manifest?.dimensions ?? null));
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  return { manifest, batches };
}

interface Line {
  text: string;
  number: number;
}

function parseLine({ text, number }: Line, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TteError('invalid-input', `${name}, line ${number}: not JSON`, { cause });
  }
  if (typeof value === 'string' || typeof value === 'number') return { id: value };
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new TteError('invalid-input', `${name}, line ${number}: not an object`);
}

/** Lines that are not blank, numbered from 1, a piece of the file at a time. */
async function* linesOf(file: Blob, name: string): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = file.stream().getReader();
  let rest = '';
  let number = 0;
  try {
    for (let ended = false; !ended; ) {
      const { done, value } = await reader.read();
      ended = done;
      const lines = (rest + decodeWith(decoder, value, name)).split('\n');
      rest = done ? '' : (lines.pop() as string);
      for (const text of lines) {
        number++;
        if (text.trim() !== '') yield { text, number };
      }
    }
  } finally {
    await reader.cancel();
  }
}

function decodeWith(decoder: TextDecoder, bytes: Uint8Array | undefined, name: string): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch (cause) {
    throw new TteError('invalid-input', `${name}: not UTF-8 text`, { cause });
  }
}
