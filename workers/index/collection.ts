/**
 * One open index: what the store keeps of it, in memory, and the changes to it. A change is one segment, written in one transaction
 * with the manifest that names it; only then is it told to anybody. Tabs take turns by a Web Lock.
 */
import { TteError } from '../../src/shared/errors.ts';
import type { IndexRecord, SpaceManifest, StoredItem } from '../../src/shared/index-types.ts';
import type { Store } from '../storage/database.ts';
import type { Acquire } from '../storage/locks.ts';
import { type Catalog, createCatalog } from './catalog.ts';
import { compact, worthCompacting } from './compact.ts';
import { packRows } from './rows.ts';
import {
  dropSegments,
  type IndexManifest,
  manifestKey,
  type Place,
  pictureKey,
  readManifest,
  readRows,
  readTombstones,
  type Segment,
  SegmentSuperseded,
  type StoredRow,
  segmentEntries,
  storedSegments,
  type Thumbnail,
} from './segments.ts';
import { createTable, liveRow, type Table } from './table.ts';

export type NewItem = Omit<IndexRecord, 'addedAt'> & { addedAt?: number; thumbnail: Thumbnail | null };

/** What a change consists of. Rows are packed, one for each item. */
export interface Change {
  items: readonly (StoredItem & { thumbnail: Thumbnail | null | 'kept'; number?: number })[];
  rows: ArrayBuffer;
  removed: readonly number[];
}

export interface CollectionParts {
  store: Store;
  name: string;
  /** The space of a new index; an old one's must be the same. */
  space: SpaceManifest;
  acquire: Acquire;
  /** Told after each change made here. */
  announce: (change: { generation: number; count: number }) => void;
}

export interface Collection {
  readonly name: string;
  readonly manifest: IndexManifest;
  readonly table: Table;
  readonly catalog: Catalog;
  /** Makes a change; `plan` is asked once no other tab can interfere. Resolves when it is in the store. */
  change(plan: () => Promise<Change | null>): Promise<void>;
  /** Adds items, replacing those of the same ids. @returns ids that were replaced */
  append(items: readonly NewItem[]): Promise<Set<string>>;
  /** Another tab has written: what is in memory is brought up to date before the next use. */
  markStale(generation: number): void;
  /** Runs an operation that reads, on what is newest, again if another tab's compaction took its records away. */
  read<T>(operation: () => Promise<T>): Promise<T>;
  /** Writes segments together; `all`: every one, else the newest small ones. */
  compact(all: boolean): Promise<void>;
}

const ATTEMPTS = 3;

/** @throws TteError space-mismatch | integrity | quota */
export async function openCollection(parts: CollectionParts): Promise<Collection> {
  const { store, name, space, acquire, announce } = parts;
  const emptyManifest: IndexManifest = {
    format: 1,
    incarnation: '',
    generation: 0,
    space,
    count: 0,
    nextSegment: 0,
    nextItem: 0,
    segments: [],
  };
  let manifest = emptyManifest;
  let table = createTable(space.dimensions);
  let catalog = createCatalog(store, name, table, () => manifest.segments);
  let stale = false;
  let swept = false;
  let tail: Promise<unknown> = Promise.resolve();

  /** One at a time: what changes the state in memory. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work);
    tail = result.catch(() => {});
    return result;
  }

  function reset() {
    manifest = emptyManifest;
    table = createTable(space.dimensions);
    catalog = createCatalog(store, name, table, () => manifest.segments);
  }

  /** Brings memory up to the manifest in the store: drops what it no longer names, reads what it names anew. */
  async function refresh(): Promise<void> {
    stale = false;
    const next = (await readManifest(store, name).catch(unreadable)) ?? emptyManifest;
    if (next.space.space !== space.space) throw mismatch(name, next.space.space, space.space);
    const isSame = next.incarnation === manifest.incarnation && next.generation === manifest.generation;
    if (isSame && !table.failed) return;
    // Deleted and made anew, half read, or mostly rows that are gone: from the beginning.
    const isOther = manifest !== emptyManifest && next.incarnation !== manifest.incarnation;
    if (isOther || table.failed || table.size > 2 * next.count + 4096) reset();
    const kept = commonLength(manifest.segments, next.segments);
    const fresh = next.segments.slice(kept);
    const tombstones = await Promise.all(fresh.map((segment) => readTombstones(store, name, segment)));
    for (const { number } of manifest.segments.slice(kept)) {
      table.rowsOf(number).forEach(table.remove);
      table.forget(number);
    }
    for (const [i, { number, rows }] of fresh.entries()) {
      table.add(number, rows, () => readRows(store, name, number));
      removePlaces(tombstones[i] as Place[]);
    }
    manifest = next;
    catalog.found();
    if (table.count !== manifest.count) {
      throw new TteError(
        'integrity',
        `The index '${name}' is damaged: ${manifest.count} items, ${table.count} found.`,
      );
    }
  }

  function removePlaces(tombstones: readonly Place[]) {
    for (const place of tombstones) {
      const row = table.row(place);
      if (row !== undefined) table.remove(row);
    }
  }

  /** What a compaction or a writer that was killed left behind. Under the lock, before the first write. */
  async function sweep() {
    if (swept) return;
    const known = new Set(manifest.segments.map(({ number }) => number));
    const stored = await storedSegments(store, name);
    await dropSegments(
      store,
      name,
      [...stored].filter((number) => !known.has(number)),
    );
    swept = true;
  }

  async function locked<T>(work: () => Promise<T>): Promise<T> {
    const release = await acquire(`think-then-embed:index:${name}`, 'exclusive', null);
    try {
      return await exclusively(async () => {
        await refresh();
        await sweep();
        return work();
      });
    } finally {
      release();
    }
  }

  async function write({ items, rows, removed }: Change) {
    const kept: StoredRow[] = items.map(({ thumbnail, number, ...item }, i) => ({
      ...item,
      number: number ?? manifest.nextItem + i,
      hasThumbnail: thumbnail !== null,
    }));
    const places = removed.map((row) => table.place(row));
    const stays = new Set(kept.map(({ number }) => number));
    const dropped = (await catalog.items(removed)).filter(
      (item) => item.hasThumbnail && !stays.has(item.number),
    );
    const { entries, segment } = segmentEntries(name, manifest.nextSegment, {
      items: kept,
      rows,
      tombstones: places,
    });
    const pictures = items.flatMap(({ thumbnail }, i) =>
      thumbnail && thumbnail !== 'kept'
        ? [[pictureKey(name, (kept[i] as StoredRow).number), thumbnail] as const]
        : [],
    );
    const next: IndexManifest = {
      ...manifest,
      incarnation: manifest.incarnation || `${Date.now()}-${Math.random()}`,
      generation: manifest.generation + 1,
      count: manifest.count + items.length - removed.length,
      nextSegment: manifest.nextSegment + 1,
      nextItem: manifest.nextItem + items.length,
      segments: [...manifest.segments, segment],
    };
    await save([...entries, ...pictures, [manifestKey(name), next]]);
    manifest = next;
    for (const row of removed) table.remove(row);
    catalog.added(table.add(segment.number, segment.rows, rows), kept);
    if (dropped.length > 0) await store.remove(dropped.map(({ number }) => pictureKey(name, number)));
  }

  async function save(entries: readonly (readonly [string, unknown])[]) {
    try {
      await store.set(entries);
    } catch (cause) {
      if ((cause as Error).name !== 'QuotaExceededError') throw cause;
      throw new TteError('quota', `The browser refuses to store more of the index '${name}'.`, { cause });
    }
  }

  const tell = () => announce({ generation: manifest.generation, count: manifest.count });

  const collection: Collection = {
    name,
    get manifest() {
      return manifest;
    },
    get table() {
      return table;
    },
    get catalog() {
      return catalog;
    },
    async change(plan) {
      await locked(async () => {
        const change = await plan();
        if (change === null) return;
        await write(change);
        tell();
      });
      if (worthCompacting(manifest, table)) void collection.compact(false).catch(() => {}); // tried again at the next change
    },
    async append(items) {
      const last = new Map(items.map((item) => [item.id, item])); // of two with one id the later counts
      const replaced = new Set<string>();
      await collection.change(async () => {
        const ids = await catalog.byId();
        const removed: number[] = [];
        for (const id of last.keys()) {
          const row = liveRow(table, ids, id);
          if (row === undefined) continue;
          removed.push(row);
          replaced.add(id);
        }
        const added = [...last.values()].map(({ vector: _, addedAt = Date.now(), ...item }) => ({
          ...item,
          addedAt,
        }));
        const rows = packRows(
          [...last.values()].map(({ vector }) => vector),
          space.dimensions,
        );
        return { items: added, rows, removed };
      });
      return replaced;
    },
    markStale(generation) {
      stale ||= generation !== manifest.generation;
    },
    async read(operation) {
      for (let attempt = 1; ; attempt++) {
        if (stale || table.failed) await exclusively(refresh);
        try {
          return await operation();
        } catch (cause) {
          if (!(cause instanceof SegmentSuperseded)) throw cause;
          if (attempt === ATTEMPTS) {
            throw new TteError('integrity', `Part of the index '${name}' is missing.`, { cause });
          }
          await exclusively(refresh);
        }
      }
    },
    compact: (all) =>
      locked(async () => {
        const next = await compact({ store, name, manifest, table, save, all });
        if (next === null) return;
        const old = manifest.segments.filter((segment) => !next.segments.includes(segment));
        manifest = next;
        await dropSegments(
          store,
          name,
          old.map(({ number }) => number),
        );
        tell();
      }),
  };

  await collection.read(() => exclusively(refresh));
  return collection;
}

function unreadable(cause: unknown): never {
  throw new TteError(
    'unsupported',
    'This browser keeps no data (IndexedDB is refused): there can be no index.',
    { cause },
  );
}

/** How many segments both begin with. */
function commonLength(a: readonly Segment[], b: readonly Segment[]): number {
  const differs = a.findIndex(({ number }, i) => number !== b[i]?.number);
  return differs < 0 ? a.length : differs;
}

export function mismatch(name: string, theirs: string, ours: string): TteError {
  return new TteError(
    'space-mismatch',
    `The index '${name}' was made in the space ${theirs}; this embedder gives vectors of ${ours}. Open it with the model and ` +
      'options it was made with, or make another index.',
  );
}
