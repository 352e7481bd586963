/** Sends items to the worker in batches, so that the page stays responsive and files are read only shortly before they are needed. */
import { abortable } from '../bridge/abortable.ts';
import { abortedError, invalid, isTteError } from '../shared/errors.ts';
import type {
  IndexRef,
  ItemOutcome,
  OpenedIndex,
  WireAddReport,
  WireItem,
} from '../shared/index-protocol.ts';
import type { AddProgress, AddReport } from '../shared/index-types.ts';
import { noModel } from '../shared/no-model.ts';
import { isRunFailure, unpackError } from '../shared/transfer.ts';
import { listener, safely } from './callbacks.ts';
import { checkCommonOptions, checkOptionsObject } from './common-options.ts';
import { checkId, unitVector } from './index-input.ts';
import type { AddFilesOptions, AddOptions, FileSource, IndexItem } from './index-types.ts';
import { plainMetadata } from './plain.ts';
import { type Found, isFile, itemOf, listed, totalOf } from './sources.ts';
import type { Prepared } from './wire.ts';
import type { IndexContext } from './worker-call.ts';

export interface AddContext extends IndexContext {
  ref: IndexRef;
  /** The current incarnation of the index. Items are added to it, or rejected if it is deleted in the meantime. */
  begin: () => Promise<OpenedIndex>;
}

/** Items per call to the worker; the first call is small so that the index is searchable soon. Images have a lower limit. */
const BATCH = 64;
const FIRST = 4;
const PICTURES = 8;

type Ready = { index: number; item: WireItem; prepared: Prepared };

/** @throws TteError quota | aborted | worker-died | disposed; failures of single items are reported, not thrown */
export async function addInBatches(
  source: FileSource,
  onDuplicate: 'skip' | 'add',
  options: AddOptions & AddFilesOptions,
  context: AddContext,
): Promise<AddReport> {
  checkOptionsObject(options);
  return abortable(
    options.signal,
    () => addAll(source, onDuplicate, options, context),
    () => {}, // it stops by itself before the next item
  );
}

async function addAll(
  source: FileSource,
  onDuplicate: 'skip' | 'add',
  options: AddOptions & AddFilesOptions,
  { call, send, info, prepare, prepareContent, ref, begin }: AddContext,
): Promise<AddReport> {
  const { signal } = options;
  const needsModel = noModel(ref.name, 'Adding a text or an image');
  const begun = begin(); // before anything of the source is read
  begun.catch(() => {}); // told by the first batch
  await checkCommonOptions(options);
  const report = { added: 0, replaced: 0, skipped: 0, failed: [] as AddReport['failed'][number][] };
  const total = totalOf(source);
  const onProgress = safely(options.onProgress);
  const progress: AddProgress = { done: 0, total, added: 0, skipped: 0, failed: 0, name: '' };
  let batch: Ready[] = [];

  function reportProgress(name: string, outcome: ItemOutcome) {
    progress.done++;
    if (outcome === 'skipped' || outcome === 'failed') progress[outcome]++;
    else progress.added++;
    onProgress({ ...progress, name });
  }

  async function ready({ open, path }: Found, index: number): Promise<Ready> {
    const item = await open();
    if (info() === null && (item as Partial<IndexItem> | null)?.vector === undefined) throw needsModel;
    const whole: IndexItem | null = isFile(item) ? await itemOf(item, path, options) : item;
    const field = `items[${index}]`;
    const { id = null, metadata: fields = {}, vector: own, ...input } = whole ?? {};
    if (id !== null) checkId(id, `${field}.id`);
    const metadata = plainMetadata(fields, `${field}.metadata`);
    const vector = own === undefined ? null : unitVector(own, `${field}.vector`);
    const prepared = await (vector ? prepareContent(input, field) : prepare(input, field));
    const name = path || (id ?? '');
    return { index, prepared, item: { id, name, input: prepared.wire, vector, metadata } };
  }

  async function flush() {
    const some = batch;
    batch = [];
    const incarnation = (await begun).incarnation ?? spaceless(ref.name);
    if (some.length === 0) return;
    const prepared = some.map((one) => one.prepared);
    const items = some.map(({ item }) => item);
    // If the call is repeated on another worker, items that it has added already are skipped there, so keep each item's first outcome.
    const outcomes = new Map<number, ItemOutcome>();
    const onDone = (i: number, outcome: ItemOutcome) => {
      if (outcomes.has(i)) return;
      outcomes.set(i, outcome);
      reportProgress(some[i]?.item.name ?? '', outcome);
    };
    const hasFailedRun = ({ failed }: WireAddReport) => failed.some(({ reason }) => isRunFailure(reason));
    const done = await call(
      prepared,
      { signal, repeatable: true, hasFailedRun },
      (host, request, callEnded) => {
        const wires = send(items, prepared);
        return host.indexAdd(request, ref, incarnation, wires, onDuplicate, listener(onDone, callEnded));
      },
    );
    for (const outcome of outcomes.values()) if (outcome !== 'failed') report[outcome]++;
    for (const { index, reason, ...which } of done.failed) {
      report.failed.push({
        ...which,
        index: (some[index] as Ready).index,
        reason: unpackError(reason) as Error,
      });
    }
  }

  let index = 0;
  for await (const found of listed(source)) {
    if (signal?.aborted) throw abortedError(signal);
    try {
      batch.push(await ready(found, index));
    } catch (error) {
      if (error === needsModel) throw error; // so would all the others
      const name = found.path || `items[${index}]`;
      const reason = isTteError(error) ? error : invalid(`${name}: cannot be read (${error}).`, error);
      report.failed.push({ index, id: null, name: found.path, reason });
      reportProgress(found.path, 'failed');
    }
    index++;
    const pictures = batch.reduce((sum, { item }) => sum + item.input.images.length, 0);
    if (index === FIRST || batch.length >= BATCH || pictures >= PICTURES) await flush();
  }
  await flush();
  return report;
}

function spaceless(name: string): never {
  throw invalid(
    `There is no index '${name}' yet, and its space is not known: open it with ` +
      `openIndex('${name}', { space: 'my-model', dimensions: 384 }), or with an embedder.`,
  );
}
