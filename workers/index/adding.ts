/** Adds items in small batches. Each batch is stored before the next begins, and searches can run between batches. */
import { TteError } from '../../src/shared/errors.ts';
import type { ItemOutcome, WireAddReport, WireItem } from '../../src/shared/index-protocol.ts';
import type { SpaceManifest } from '../../src/shared/index-types.ts';
import { noModel } from '../../src/shared/no-model.ts';
import { packError } from '../../src/shared/transfer.ts';
import type { Embedding } from '../../src/shared/types.ts';
import type { Engine } from '../pipeline/engine.ts';
import { closeInput, type Input } from '../pipeline/input.ts';
import { canonical } from '../storage/keys.ts';
import type { Collection, Expected } from './collection.ts';
import { hashItem, thumbnailOf } from './content.ts';
import { embedPassages, isCut } from './embed-passages.ts';
import type { IndexState } from './index-state.ts';
import type { NewItem } from './new-items.ts';
import type { PassageVector } from './passage-table.ts';
import type { SearchPriority } from './search-priority.ts';
import { liveRow } from './table.ts';

/** Maximum items per segment, and per forward pass while no search is active. */
const BATCH_SIZE = 32;
/** The first batch holds one item so that the index becomes searchable quickly; batches then grow. */
const FIRST_BATCH_SIZE = 1;
/** Decoded pictures are large. */
const IMAGES_PER_BATCH = 4;
/** Tolerance when comparing vectors of length 1 that are stored with 16 bits per number. */
const ROUNDING = 1e-4;

export interface AddContext {
  collection: Collection;
  /** The index that items are added to; an index created later under the same name is not accepted. */
  expected: Expected;
  space: SpaceManifest;
  /** Null: items must have vectors. */
  engine: Engine | null;
  thumbnails: number;
  /** `skip`: existing content is left as it is; `add`: the item is written under its own id. */
  onDuplicate: 'skip' | 'add';
  request: number;
  signal: AbortSignal;
  searchPriority: SearchPriority;
  onDone: (index: number, outcome: ItemOutcome) => void;
}

export type AddItem = Omit<WireItem, 'input'> & { input: Input };

/** An item with its id and content hash. */
interface Read {
  index: number;
  item: AddItem;
  id: string;
  contentHash: string;
}

type Embedded = NewItem & { index: number };

/** @throws TteError quota | aborted | disposed; failures of single items are in the report */
export async function addItems(items: readonly AddItem[], adding: AddContext): Promise<WireAddReport> {
  const { collection, expected, space, signal, searchPriority } = adding;
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
      const contentHash = await hashItem(item);
      return { index, item, id: item.id ?? contentHash, contentHash };
    } catch (error) {
      fail(index, item, error);
      return null;
    }
  }

  /** Whether the index has it already, unchanged. Asked again when another tab's compaction interrupts: it changes nothing. */
  async function isKnown(state: IndexState, { id, contentHash, item }: Read): Promise<boolean> {
    if (adding.onDuplicate === 'add') return isUnchanged(state, { ...item, id, contentHash });
    return liveRow(state.table, await state.catalog.byHash(), contentHash) !== undefined;
  }

  /** The items that are to be embedded; the others are reported as skipped. */
  async function withoutKnown(group: readonly Read[]): Promise<Read[]> {
    const known = await collection.read(expected.demand, (state) =>
      oneByOne(group, (one) => isKnown(state, one)),
    );
    return group.filter(({ index, contentHash }, i) => {
      const isRepeated = adding.onDuplicate === 'skip' && met.has(contentHash);
      met.add(contentHash);
      if (!known[i] && !isRepeated) return true;
      done(index, 'skipped');
      return false;
    });
  }

  /** Embeds in one pass or, while a search is active, item by item, since a query waits for the current forward pass. */
  async function embed(group: readonly Read[]): Promise<Embedded[]> {
    const ready: Embedded[] = [];
    for (let from = 0, size = 0; from < group.length; from += size) {
      await searchPriority.waitForSearches();
      size = searchPriority.isSearchActive() ? 1 : group.length - from;
      ready.push(...(await embedTogether(group.slice(from, from + size))));
    }
    return ready;
  }

  async function embedTogether(group: readonly Read[]): Promise<Embedded[]> {
    const small = await Promise.all(group.map(({ item }) => thumbnailOf(item.input, adding.thumbnails)));
    const ready: Embedded[] = [];
    type Vectors = Pick<NewItem, 'vector' | 'trace'> & { passages?: readonly PassageVector[] };
    const keep = (i: number, vectors: Vectors) => {
      const { index, item, id, contentHash } = group[i] as Read;
      const { metadata, addedAt, input } = item;
      const thumbnail = small[i] ?? null;
      ready.push({
        ...{ index, id, ...vectors, text: input.text, metadata, contentHash, thumbnail },
        ...(addedAt !== undefined && { addedAt }),
      });
    };
    for (const [i, { index, item }] of group.entries()) {
      if (item.vector === null) continue;
      const { vector } = item;
      if (vector.length === space.dimensions) keep(i, { vector, trace: item.input.trace?.text ?? null });
      else fail(index, item, wrongLength(item.vector, space));
    }
    const without = [...group.keys()].filter((i) => group[i]?.item.vector === null);
    if (without.length === 0) return ready;
    const { engine } = adding;
    if (engine === null) throw noModel(collection.name, 'Adding what has no vector');
    const positions = without.map((i) => (group[i] as Read).index);
    const call = { request: adding.request, signal, onTrace: () => {}, positions };
    const inputs = without.map((i) => (group[i] as Read).item.input);
    const options = { think: space.think, role: 'document' as const, dimensions: space.dimensions };
    const cut: [i: number, embedding: Embedding][] = [];
    await engine.embedMany(inputs, options, call, (j, outcome) => {
      const i = without[j] as number;
      const { index, item } = group[i] as Read;
      if ('error' in outcome) fail(index, item, outcome.error);
      else if (!outcome.value.vector.every(Number.isFinite)) fail(index, item, notNumbers());
      else if (isCut(item.input, outcome.value, engine)) cut.push([i, outcome.value]);
      else keep(i, { vector: outcome.value.vector, trace: outcome.value.trace?.text ?? null });
    });
    for (const [i, { vector, trace }] of cut) {
      const { index, item } = group[i] as Read;
      try {
        const passages = await embedPassages(item.input, index, { ...adding, engine });
        keep(i, { vector, trace: trace?.text ?? null, passages });
      } catch (error) {
        fail(index, item, error);
      }
    }
    return ready.sort((a, b) => a.index - b.index);
  }

  for (let next = 0; next < items.length; ) {
    signal.throwIfAborted();
    const size = groupSize(items, next);
    const places = Array.from({ length: size }, (_, i) => next + i);
    const found = (await oneByOne(places, read)).filter((one) => one !== null);
    const ready = await embed(await withoutKnown(found));
    for (const { input } of items.slice(next, next + size)) closeInput(input);
    next += size;
    if (ready.length === 0) continue;
    const replaced = await collection.append(
      expected,
      ready.map(({ index: _, ...item }) => item),
    );
    for (const { index, id } of ready) done(index, replaced.has(id) ? 'replaced' : 'added');
  }
  return report;
}

/** Maps in order, each after the one before. */
export async function oneByOne<T, R>(all: readonly T[], make: (one: T) => Promise<R>): Promise<R[]> {
  const made: R[] = [];
  for (const one of all) made.push(await make(one));
  return made;
}

/** Whether the index has an item with this id, content and metadata, and with this vector if one is given. */
export async function isUnchanged(
  { table, catalog }: IndexState,
  {
    id,
    contentHash,
    metadata,
    vector,
  }: Pick<NewItem, 'id' | 'contentHash' | 'metadata'> & Pick<WireItem, 'vector'>,
): Promise<boolean> {
  const row = liveRow(table, await catalog.byId(), id);
  if (row === undefined) return false;
  const [there] = await catalog.items([row]);
  if (there?.contentHash !== contentHash || canonical(there.metadata) !== canonical(metadata)) return false;
  if (vector === null) return true;
  const known = (await table.vectors()).vector(row);
  return (
    known.length === vector.length && known.every((x, i) => Math.abs(x - (vector[i] as number)) < ROUNDING)
  );
}

const wrongLength = (vector: Float32Array, { space, dimensions }: SpaceManifest) =>
  new TteError(
    'invalid-input',
    `vector: the space ${space} has ${dimensions} dimensions, this vector ${vector.length}.`,
  );

const notNumbers = () =>
  new TteError('run-failed', 'The embedder gave a vector that does not consist of finite numbers.');

function groupSize(items: readonly AddItem[], from: number): number {
  const limit = Math.min(BATCH_SIZE, FIRST_BATCH_SIZE + from, items.length - from);
  const imagesOf = (at: number) => items[at]?.input.images.length ?? 0;
  let images = 0;
  for (let size = 0; size < limit; size++) {
    images += imagesOf(from + size);
    // An image takes longer than a batch of texts, so texts are not batched with one.
    const isOther = images > 0 && imagesOf(from) === 0;
    if ((images > IMAGES_PER_BATCH || isOther) && size > 0) return size;
  }
  return limit;
}
