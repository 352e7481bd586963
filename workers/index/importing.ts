/** Items from files into an index: with the vectors they have, or embedded anew. */
import { TteError } from '../../src/shared/errors.ts';
import type { WireAddReport } from '../../src/shared/index-protocol.ts';
import type { AddProgress } from '../../src/shared/index-types.ts';
import { packError } from '../../src/shared/transfer.ts';
import { textInput } from '../pipeline/input.ts';
import { yieldToEventLoop } from '../reasoner/yield-to-event-loop.ts';
import { throwIfAborted } from '../storage/aborted.ts';
import { sha256Text } from '../storage/hash.ts';
import { type AddContext, type AddItem, addItems, isUnchanged } from './adding.ts';
import type { NewItem } from './collection.ts';
import { hashContent } from './content.ts';
import { openImport } from './exchange/import.ts';
import { rejectForeignSpace } from './exchange/manifest.ts';
import type { ImportedRecord } from './exchange/rows.ts';

export interface ImportContext extends Omit<AddContext, 'onDuplicate' | 'onDone'> {
  /** Embed the texts of another space's items. */
  reembed: boolean;
  onProgress: (progress: AddProgress) => void;
}

/** Items that are one segment in the store. */
const BATCH = 500;

/**
 * All of a file is read and checked before anything of it is kept.
 * @throws TteError invalid-input | unsupported: the files · space-mismatch · quota | aborted
 */
export async function importFiles(files: readonly Blob[], importing: ImportContext): Promise<WireAddReport> {
  const { collection, signal, onProgress } = importing;
  const source = await openImport(files);
  const isOurs = source.manifest?.space === collection.manifest.space.space;
  if (!importing.reembed) rejectForeignSpace(collection.manifest.space, source.manifest);
  let total = 0;
  for await (const batch of source.batches(BATCH)) {
    total += batch.length;
    await yieldToEventLoop();
    throwIfAborted(signal);
  }

  const report: WireAddReport = { added: 0, replaced: 0, skipped: 0, failed: [] };
  let done = 0;
  const tell = (name: string) => {
    const { added, replaced, skipped, failed } = report;
    onProgress({ done, total, added: added + replaced, skipped, failed: failed.length, name });
  };
  const fail = (index: number, id: string, reason: TteError) =>
    report.failed.push({ index, id, name: id, reason: packError(reason) });

  for await (const batch of source.batches(BATCH)) {
    if (isOurs) await keep(batch, done);
    else await embed(batch, done);
    done += batch.length;
    tell(batch.at(-1)?.id ?? '');
    await yieldToEventLoop();
    throwIfAborted(signal);
  }
  return report;

  async function keep(batch: readonly ImportedRecord[], first: number) {
    const items: NewItem[] = [];
    for (const [i, { vector, contentHash, addedAt, ...record }] of batch.entries()) {
      if (vector === null) {
        fail(first + i, record.id, new TteError('invalid-input', `"${record.id}" has no vector.`));
        continue;
      }
      const item = {
        ...record,
        vector,
        contentHash: contentHash ?? (await hashOf(record.text, vector)),
        addedAt: addedAt ?? Date.now(),
        thumbnail: null,
      };
      if (await collection.read(() => isUnchanged(collection, item))) report.skipped++;
      else items.push(item);
    }
    if (items.length === 0) return;
    const replaced = await collection.append(items);
    for (const { id } of items) report[replaced.has(id) ? 'replaced' : 'added']++;
  }

  /** Without a text the vector is all there is. */
  function hashOf(text: string, vector: Float32Array): Promise<string> {
    return text.trim() === '' ? sha256Text(vector.join()) : hashContent(textInput(text));
  }

  async function embed(batch: readonly ImportedRecord[], first: number) {
    const items: AddItem[] = [];
    const positions: number[] = [];
    for (const [i, { id, text, metadata, addedAt }] of batch.entries()) {
      if (text === '') {
        const message = `"${id}" has no text: pictures are not in such files, and only texts can be embedded anew.`;
        fail(first + i, id, new TteError('unsupported', message));
        continue;
      }
      items.push({ id, name: id, metadata, input: textInput(text), ...(addedAt !== null && { addedAt }) });
      positions.push(first + i);
    }
    const part = await addItems(items, { ...importing, onDuplicate: 'add', onDone: () => {} });
    for (const outcome of ['added', 'replaced', 'skipped'] as const) report[outcome] += part[outcome];
    for (const failure of part.failed) {
      report.failed.push({ ...failure, index: positions[failure.index] as number });
    }
  }
}
