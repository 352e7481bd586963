/**
 * The in-memory state of an index: its manifest, rows and catalog. A reader keeps the state that it started with; when segments are
 * replaced or the space changes, a new state is created.
 */
import { TteError } from '../../src/shared/errors.ts';
import type { Store } from '../storage/database.ts';
import { type Catalog, createCatalog } from './catalog.ts';
import {
  type IndexManifest,
  type Place,
  readPassages,
  readRows,
  readTombstones,
  type Segment,
} from './segments.ts';
import { isSameSpace } from './spaces.ts';
import { createTable, type Table } from './table.ts';

export interface IndexState {
  /** Null if there is no index of this name. */
  manifest: IndexManifest | null;
  readonly table: Table;
  readonly catalog: Catalog;
}

/** The state of an index that exists. */
export type Existing = IndexState & { manifest: IndexManifest };

export function isExisting(state: IndexState): state is Existing {
  return state.manifest !== null;
}

export type Save = (entries: readonly (readonly [key: string, value: unknown])[]) => Promise<void>;

/** Segments, already stored, that replace existing ones. */
export interface SegmentsReplaced {
  manifest: IndexManifest;
  /** Updates the in-memory state where that is cheaper than reading the new segments from the store. */
  adopt(): void;
}

/** @param dimensions length of the vectors; 0 if the index does not exist */
export function emptyState(store: Store, name: string, dimensions: number): IndexState {
  const table = createTable(dimensions);
  const state: IndexState = {
    manifest: null,
    table,
    catalog: createCatalog(store, name, table, () => state.manifest?.segments ?? []),
  };
  return state;
}

export function isSameVersion(a: IndexManifest | null, b: IndexManifest | null): boolean {
  return a?.incarnation === b?.incarnation && a?.generation === b?.generation;
}

/**
 * Returns the state for manifest `next`: this state, updated, or a new one. Everything is read before anything is changed.
 * @throws TteError integrity; SegmentSuperseded if the store has a newer manifest. `state` must be discarded then
 */
export async function advance(
  state: IndexState,
  next: IndexManifest | null,
  { store, name }: { store: Store; name: string },
): Promise<IndexState> {
  if (isSameVersion(state.manifest, next) && !state.table.failed) return state;
  if (next === null) return emptyState(store, name, 0);
  const target = canBecome(state, next) ? state : emptyState(store, name, next.space.dimensions);
  const before = target.manifest?.segments ?? [];
  const shared = commonLength(before, next.segments);
  const added = next.segments.slice(shared);
  const tombstones = await Promise.all(added.map((segment) => readTombstones(store, name, segment)));

  const { table, catalog } = target;
  for (const { number } of before.slice(shared)) {
    table.rowsOf(number).forEach(table.remove);
    table.forget(number);
  }
  for (const [i, { number, rows, hasPassages }] of added.entries()) {
    table.add(number, rows, () => readRows(store, name, number));
    if (hasPassages) table.addPassages(number, () => readPassages(store, name, number));
    removePlaces(table, tombstones[i] as Place[]);
  }
  target.manifest = next;
  catalog.found();
  if (table.count === next.count) return target;
  throw new TteError(
    'integrity',
    `The index '${name}' is damaged: it should have ${next.count} items, ${table.count} were found.`,
  );
}

/** Whether the state can be updated in place: same incarnation and space, fully read, and not mostly deleted rows. */
function canBecome({ manifest, table }: IndexState, next: IndexManifest): boolean {
  if (manifest?.incarnation !== next.incarnation || !isSameSpace(manifest.space, next.space)) return false;
  return !table.failed && table.size <= 2 * next.count + 4096;
}

function removePlaces(table: Table, places: readonly Place[]) {
  for (const place of places) {
    const row = table.row(place);
    if (row !== undefined) table.remove(row);
  }
}

/** Length of the common prefix of two segment lists. */
function commonLength(a: readonly Segment[], b: readonly Segment[]): number {
  const differs = a.findIndex(({ number }, i) => number !== b[i]?.number);
  return differs < 0 ? a.length : differs;
}
