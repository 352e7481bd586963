/** Imports items from files, with their vectors or re-embedded. */
import { TteError } from '../../src/shared/errors.ts';
import type { WireAddReport } from '../../src/shared/index-protocol.ts';
import type { AddProgress, SpaceManifest } from '../../src/shared/index-types.ts';
import { packError } from '../../src/shared/transfer.ts';
import { textInput } from '../pipeline/input.ts';
import { throwIfAborted } from '../storage/aborted.ts';
import { yieldToEventLoop } from '../yield-to-event-loop.ts';
import { type AddContext, type AddItem, addItems, isUnchanged, oneByOne } from './adding.ts';
import type { Collection, Expected } from './collection.ts';
import { hashItem } from './content.ts';
import { embedPassages, isLong } from './embed-passages.ts';
import { type ImportSource, openImport } from './exchange/import.ts';
import { rejectForeignSpace } from './exchange/manifest.ts';
import type { ImportedRecord } from './exchange/rows.ts';
import type { NewItem } from './new-items.ts';
import type { PassageVector } from './passage-table.ts';
import type { IndexManifest } from './segments.ts';
import { isSameSpace, type SpaceDemand } from './spaces.ts';

export interface ImportContext
  extends Omit<AddContext, 'onDuplicate' | 'onDone' | 'expected' | 'space' | 'thumbnails'> {
  demand: SpaceDemand;
  /** Null if the index does not exist yet; it is then created in the file's space. */
  incarnation: string | null;
  /** Embed the texts of another space's items. */
  reembed: boolean;
  onProgress: (progress: AddProgress) => void;
}

/** Items per segment in the store. */
const BATCH = 500;

/**
 * Reads and checks the whole file before storing any of it.
 * @throws TteError invalid-input | unsupported: the files · space-mismatch · quota | aborted · disposed: the index was deleted
 */
export async function importFiles(files: readonly Blob[], importing: ImportContext): Promise<WireAddReport> {
  const { collection, demand, signal, onProgress } = importing;
  const source = await openImport(files);
  if (importing.incarnation !== null && !importing.reembed) {
    const { space } = await collection.require({ demand, incarnation: importing.incarnation });
    rejectForeignSpace(space, source.manifest);
  }
  const total = await checkAll(source, signal);
  const { incarnation, space } = await target(importing, source.manifest);
  const expected = { demand, incarnation };
  const isOurs = source.manifest !== null && isSameSpace(source.manifest, space);

  const report: WireAddReport = { added: 0, replaced: 0, skipped: 0, failed: [] };
  let done = 0;
  const tell = (name: string) => {
    const { added, replaced, skipped, failed } = report;
    onProgress({ done, total, added: added + replaced, skipped, failed: failed.length, name });
  };
  const { engine } = importing;
  const passagesOf = async (text: string, position: number) =>
    engine !== null && isLong(text, engine)
      ? embedPassages(textInput(text), position, { ...importing, engine, space })
      : [];
  const fail = (index: number, id: string, reason: TteError) => failed(report, index, id, reason);

  for await (const batch of source.batches(BATCH)) {
    if (isOurs) await keepRecords(batch, done, { collection, expected, report, passagesOf });
    else await embed(batch, done);
    done += batch.length;
    tell(batch.at(-1)?.id ?? '');
    await yieldToEventLoop();
    throwIfAborted(signal);
  }
  return report;

  async function embed(batch: readonly ImportedRecord[], first: number) {
    const items: AddItem[] = [];
    const positions: number[] = [];
    for (const [i, { id, text, metadata, addedAt }] of batch.entries()) {
      if (text === '') {
        const message = `"${id}" has no text: pictures are not in such files, and only texts can be embedded again.`;
        fail(first + i, id, new TteError('unsupported', message));
        continue;
      }
      const input = textInput(text);
      items.push({ id, name: id, metadata, input, vector: null, ...(addedAt !== null && { addedAt }) });
      positions.push(first + i);
    }
    const adding = { ...importing, expected, space, thumbnails: 0, onDuplicate: 'add' as const };
    const part = await addItems(items, { ...adding, onDone: () => {} });
    for (const outcome of ['added', 'replaced', 'skipped'] as const) report[outcome] += part[outcome];
    for (const failure of part.failed) {
      report.failed.push({ ...failure, index: positions[failure.index] as number });
    }
  }
}

function failed(report: WireAddReport, index: number, id: string, reason: TteError): void {
  report.failed.push({ index, id, name: id, reason: packError(reason) });
}

export interface KeepContext {
  collection: Collection;
  expected: Expected;
  report: WireAddReport;
  /** Embeds the passages of long texts, which files do not have. @default none */
  passagesOf?: (text: string, position: number) => Promise<PassageVector[]>;
}

/** Stores records with their own vectors and skips unchanged ones. @param first position of the batch's first record in the file */
export async function keepRecords(
  batch: readonly ImportedRecord[],
  first: number,
  { collection, expected, report, passagesOf = async () => [] }: KeepContext,
): Promise<void> {
  const items: NewItem[] = [];
  for (const [i, { vector, contentHash, addedAt, ...record }] of batch.entries()) {
    if (vector === null) {
      const reason = new TteError('invalid-input', `"${record.id}" has no vector.`);
      failed(report, first + i, record.id, reason);
      continue;
    }
    const item = {
      ...record,
      vector,
      contentHash: contentHash ?? (await hashItem({ input: textInput(record.text), vector })),
      addedAt: addedAt ?? Date.now(),
      thumbnail: null,
    };
    items.push(item);
  }
  const unchanged = await collection.read(expected.demand, (state) =>
    oneByOne(items, (item) => isUnchanged(state, item)),
  );
  const changed = items.filter((_, i) => !unchanged[i]);
  report.skipped += items.length - changed.length;
  if (changed.length === 0) return;
  const whole = await oneByOne(changed, async (item) => {
    const passages = await passagesOf(item.text, first + items.indexOf(item));
    return { ...item, passages };
  });
  const replaced = await collection.append(expected, whole);
  for (const { id } of changed) report[replaced.has(id) ? 'replaced' : 'added']++;
}

/** Reads to the end, so that errors are found before anything is stored. @returns the number of records */
async function checkAll(source: ImportSource, signal: AbortSignal): Promise<number> {
  let total = 0;
  for await (const batch of source.batches(BATCH)) {
    total += batch.length;
    await yieldToEventLoop();
    throwIfAborted(signal);
  }
  return total;
}

/** The index to import into, created if it does not exist. */
async function target(
  { collection, demand, incarnation }: ImportContext,
  file: SpaceManifest | null,
): Promise<IndexManifest> {
  if (incarnation !== null) return collection.require({ demand, incarnation });
  const made = await collection.create(async (stored) => (await demand(stored)) ?? stored ?? file);
  if (made !== null) return made;
  throw new TteError(
    'space-mismatch',
    "The file names no space for its vectors: name it, as in openIndex('x', { space: 'my-model', dimensions: 384 }).",
  );
}
