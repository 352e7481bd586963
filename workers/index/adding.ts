/** From items to rows: a few at a time, so that searches come in between, and each few are safe before the next begin. */
import type { ItemOutcome, WireAddReport, WireItem } from '../../src/shared/index-protocol.ts';
import type { WireOptions } from '../../src/shared/protocol.ts';
import { packError } from '../../src/shared/transfer.ts';
import type { Embedding } from '../../src/shared/types.ts';
import type { Engine } from '../pipeline/engine.ts';
import { closeInput, type Input } from '../pipeline/input.ts';
import { canonical } from '../storage/keys.ts';
import type { Collection, NewItem } from './collection.ts';
import { hashContent, thumbnailOf } from './content.ts';
import type { SearchPriority } from './search-priority.ts';
import { liveRow } from './table.ts';

/** Items that are one segment in the store, and one forward pass, as long as nobody searches. */
const BATCH_SIZE = 32;
/** The first of many comes alone, so that there is soon something to find; groups then grow. */
const FIRST_BATCH_SIZE = 1;
/** Decoded pictures are large. */
const IMAGES_PER_BATCH = 4;

export interface AddContext {
  collection: Collection;
  engine: Engine;
  /** Of targets. */
  options: WireOptions;
  thumbnails: number;
  /** `skip`: content that is there stays as it is; `add`: the item is written under its own id. */
  onDuplicate: 'skip' | 'add';
  request: number;
  signal: AbortSignal;
  searchPriority: SearchPriority;
  onDone: (index: number, outcome: ItemOutcome) => void;
}

export type AddItem = Omit<WireItem, 'input'> & { input: Input };

/** An item that has been read. */
interface Read {
  index: number;
  item: AddItem;
  id: string;
  contentHash: string;
}

/** @throws TteError quota | aborted; failures of single items are in the report */
export async function addItems(items: readonly AddItem[], adding: AddContext): Promise<WireAddReport> {
  const { collection, signal, searchPriority } = adding;
  const report: WireAddReport = { added: 0, replaced: 0, skipped: 0, failed: [] };
  const met = new Set<string>(); // content hashes of this call

  const fail = (index: number, { id, name }: AddItem, error: unknown) => {
    signal.throwIfAborted();
    report.failed.push({ index, id, name, reason: packError(error) });
    adding.onDone(index, 'failed');
  };
  const done = (index: number, outcome: 'added' | 'replaced' | 'skipped') => {
    report[outcome]++;
    adding.onDone(index, outcome);
  };

  async function read(index: number): Promise<Read | null> {
    const item = items[index] as AddItem;
    try {
      const contentHash = await hashContent(item.input);
      return { index, item, id: item.id ?? contentHash, contentHash };
    } catch (error) {
      fail(index, item, error);
      return null;
    }
  }

  /** Whether it is there already, as it is. */
  async function isKnown({ id, contentHash, item }: Read): Promise<boolean> {
    if (adding.onDuplicate === 'add')
      return isUnchanged(collection, { id, contentHash, metadata: item.metadata });
    if (met.has(contentHash)) return true;
    met.add(contentHash);
    return liveRow(collection.table, await collection.catalog.byHash(), contentHash) !== undefined;
  }

  /** All together, or, while somebody searches, one by one: a query waits for the forward pass that has begun. */
  async function embed(group: readonly Read[]): Promise<(NewItem & { index: number })[]> {
    const ready: (NewItem & { index: number })[] = [];
    for (let from = 0, size = 0; from < group.length; from += size) {
      await searchPriority.waitForSearches();
      size = searchPriority.isSearchActive() ? 1 : group.length - from;
      ready.push(...(await embedTogether(group.slice(from, from + size))));
    }
    return ready;
  }

  async function embedTogether(group: readonly Read[]): Promise<(NewItem & { index: number })[]> {
    const small = await Promise.all(group.map(({ item }) => thumbnailOf(item.input, adding.thumbnails)));
    const ready: (NewItem & { index: number })[] = [];
    const positions = group.map(({ index }) => index);
    const call = { request: adding.request, signal, onTrace: () => {}, positions };
    const inputs = group.map(({ item }) => item.input);
    await adding.engine.embedMany(inputs, adding.options, call, (i, outcome) => {
      const { index, item, id, contentHash } = group[i] as Read;
      if ('error' in outcome) return fail(index, item, outcome.error);
      const { vector, trace }: Embedding = outcome.value;
      ready.push({
        index,
        id,
        vector,
        text: item.input.text,
        metadata: item.metadata,
        trace: trace?.text ?? null,
        contentHash,
        thumbnail: small[i] ?? null,
        ...(item.addedAt !== undefined && { addedAt: item.addedAt }),
      });
    });
    return ready.sort((a, b) => a.index - b.index);
  }

  for (let next = 0; next < items.length; ) {
    signal.throwIfAborted();
    const size = groupSize(items, next);
    const group: Read[] = [];
    for (let index = next; index < next + size; index++) {
      const one = await read(index);
      if (one === null) continue;
      if (await collection.read(() => isKnown(one))) done(index, 'skipped');
      else group.push(one);
    }
    const ready = group.length > 0 ? await embed(group) : [];
    for (const { input } of items.slice(next, next + size)) closeInput(input);
    next += size;
    if (ready.length === 0) continue;
    const replaced = await collection.append(ready.map(({ index: _, ...item }) => item));
    for (const { index, id } of ready) done(index, replaced.has(id) ? 'replaced' : 'added');
  }
  return report;
}

/** Whether an index has an item of that id, the same in content and metadata. */
export async function isUnchanged(
  { table, catalog }: Collection,
  { id, contentHash, metadata }: Pick<NewItem, 'id' | 'contentHash' | 'metadata'>,
): Promise<boolean> {
  const row = liveRow(table, await catalog.byId(), id);
  if (row === undefined) return false;
  const [there] = await catalog.items([row]);
  return there?.contentHash === contentHash && canonical(there.metadata) === canonical(metadata);
}

function groupSize(items: readonly AddItem[], from: number): number {
  const limit = Math.min(BATCH_SIZE, FIRST_BATCH_SIZE + from, items.length - from);
  const imagesOf = (at: number) => items[at]?.input.images.length ?? 0;
  let images = 0;
  for (let size = 0; size < limit; size++) {
    images += imagesOf(from + size);
    // Texts do not wait for a picture, which takes longer than all of them.
    const isOther = images > 0 && imagesOf(from) === 0;
    if ((images > IMAGES_PER_BATCH || isOther) && size > 0) return size;
  }
  return limit;
}
