/** Data of the rows other than vectors, loaded on first use: ids, content hashes, items, metadata for filters. */
import type { Metadata, MetadataFilter, StoredItem } from '../../src/shared/index-types.ts';
import type { Store } from '../storage/database.ts';
import { compileFilter, type MetadataPredicate } from './filter.ts';
import type { Allowed } from './matrix.ts';
import { createFieldProfile, type FieldProfile, type Fields } from './question/fields.ts';
import { PAGE_ITEMS, readKeys, readMetadata, readPage, type Segment, type StoredRow } from './segments.ts';
import type { Table } from './table.ts';

export interface Catalog {
  /** Rows by id, possibly of deleted items (see `Table.live`). Reads the keys of all segments once. */
  byId(): Promise<ReadonlyMap<string, number>>;
  /** One row for each content hash. */
  byHash(): Promise<ReadonlyMap<string, number>>;
  /** The items of the given rows, in the same order. */
  items(rows: ArrayLike<number>): Promise<StoredRow[]>;
  /** Live rows that match the filter; reads the metadata of all items once. @throws TteError invalid-input: malformed filter */
  allowed(where: MetadataFilter | undefined): Promise<Allowed>;
  /** The metadata of all items, by row, all of which is read once. */
  metadata(): Promise<readonly Metadata[]>;
  /** The fields of the items' metadata, all of which is read once. */
  fields(now: Date): Promise<Fields>;
  /** Must be called for every segment that is added. */
  added(first: number, items: readonly StoredRow[]): void;
  /** Must be called when segments are read from the store. */
  found(): void;
}

const PAGES_KEPT = 256;
const FILTERS_KEPT = 8;
/** JSON represents NaN and infinite numbers as null. */
const exactly = (_: string, value: unknown) =>
  typeof value === 'number' && !Number.isFinite(value) ? { number: `${value}` } : value;

export function createCatalog(
  store: Store,
  name: string,
  table: Table,
  segments: () => readonly Segment[],
): Catalog {
  const pages = new Map<string, Promise<readonly StoredRow[]>>();
  let known: { byId: Map<string, number>; byHash: Map<string, number> } | undefined;
  let metadata: Metadata[] | undefined; // by row
  let profile: FieldProfile | undefined;
  /** Rows that match a filter, deleted or not, by the filter as JSON; most recently used last. */
  const matching = new Map<string, Uint8Array>();
  let version = 0;

  /** Repeats the read if rows were added meanwhile. */
  async function settled<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      const before = version;
      const result = await read();
      if (before === version) return result;
    }
  }

  async function loadKeys() {
    const read = await Promise.all(
      segments()
        .filter(({ rows }) => rows > 0)
        .map(async ({ number }) => [number, await readKeys(store, name, number)] as const),
    );
    const [byId, byHash] = [new Map<string, number>(), new Map<string, number>()];
    for (const [number, keys] of read) {
      for (const [i, row] of table.rowsOf(number).entries()) {
        if (table.live[row] === 0) continue;
        byId.set(keys.ids[i] as string, row);
        byHash.set(keys.hashes[i] as string, row);
      }
    }
    return { byId, byHash };
  }

  async function keys() {
    known ??= await settled(loadKeys);
    return known;
  }

  async function allMetadata(): Promise<Metadata[]> {
    metadata ??= await settled(loadMetadata);
    return metadata;
  }

  async function loadMetadata(): Promise<Metadata[]> {
    const all: Metadata[] = [];
    const some = segments();
    const read = await Promise.all(some.map((segment) => readMetadata(store, name, segment)));
    for (const [s, { number }] of some.entries()) {
      for (const [i, row] of table.rowsOf(number).entries()) all[row] = read[s]?.[i] ?? {};
    }
    return all;
  }

  function page(segment: number, number: number): Promise<readonly StoredRow[]> {
    const key = `${segment}/${number}`;
    const found = pages.get(key) ?? readPage(store, name, segment, number);
    pages.delete(key); // least recently used first
    pages.set(key, found);
    found.catch(() => pages.delete(key));
    for (const oldest of pages.keys()) {
      if (pages.size <= PAGES_KEPT) break;
      pages.delete(oldest);
    }
    return found;
  }

  /** A search asks for the same rows several times: whether a condition leaves any, and in each of its stages. */
  function rowsThat(fits: MetadataPredicate, filter: string, metadata: readonly Metadata[]): Uint8Array {
    const known = matching.get(filter);
    const mask =
      known ?? Uint8Array.from({ length: table.size }, (_, row) => (fits(metadata[row] ?? {}) ? 1 : 0));
    matching.delete(filter);
    matching.set(filter, mask);
    for (const oldest of matching.keys()) {
      if (matching.size <= FILTERS_KEPT) break;
      matching.delete(oldest);
    }
    return mask;
  }

  return {
    byId: async () => (await keys()).byId,
    byHash: async () => (await keys()).byHash,
    items: (rows) =>
      Promise.all(
        Array.from(rows, async (row) => {
          const [segment, place] = table.place(row);
          const items = await page(segment, Math.floor(place / PAGE_ITEMS));
          return items[place % PAGE_ITEMS] as StoredRow;
        }),
      ),
    async allowed(where) {
      if (where === undefined) return { mask: table.live, count: table.count };
      const fits = compileFilter(where);
      if (Object.keys(where).length === 0) return { mask: table.live, count: table.count };
      const mask = rowsThat(fits, JSON.stringify(where, exactly), await allMetadata()).slice();
      let count = 0;
      for (let row = 0; row < mask.length; row++) {
        if (table.live[row] === 0) mask[row] = 0;
        else count += mask[row] as number;
      }
      return { mask, count };
    },
    metadata: allMetadata,
    async fields(now) {
      const all = await allMetadata();
      if (profile === undefined) {
        profile = createFieldProfile();
        for (let row = 0; row < table.size; row++) if (table.live[row] === 1) profile.add(all[row] ?? {});
      }
      return profile.fields(now);
    },
    added(first, items) {
      version++;
      matching.clear();
      for (const [i, { id, contentHash, metadata: fields }] of items.entries()) {
        known?.byId.set(id, first + i);
        known?.byHash.set(contentHash, first + i);
        if (metadata) metadata[first + i] = fields;
        profile?.add(fields);
      }
    },
    found() {
      version++;
      matching.clear();
      [known, metadata, profile] = [undefined, undefined, undefined];
    },
  };
}

/** The public part of a stored row. */
export function publicItem({ id, text, metadata, trace, contentHash, addedAt }: StoredRow): StoredItem {
  return { id, text, metadata, trace, contentHash, addedAt };
}
