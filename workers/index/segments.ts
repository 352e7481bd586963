/**
 * The layout of an index in the store. A segment is written once and never changed:
 *
 * manifest/{name}               what the index is made of; replaced whole, in the same transaction as the segment it adds
 * index/{name}/{segment}/rows   packed vectors (rows.ts) index/{name}/{segment}/keys   ids and content hashes, in the order of
 * the rows index/{name}/{segment}/words  what full text searches (words/postings.ts); follows from the items
 * index/{name}/{segment}/fields  the items' metadata, for filters: a small part of what the items are; follows from them
 * index/{name}/{segment}/passages  vectors of the passages of long texts, where there are any (passage-table.ts)
 * index/{name}/{segment}/gone   tombstones: rows of earlier segments that it removes, pairs of segment and row
 * index/{name}/{segment}/page/… items, PAGE_ITEMS at a time picture/{name}/{item}         thumbnails, by the item's number
 */
import type { Metadata, SpaceManifest, StoredItem } from '../../src/shared/index-types.ts';
import type { Store } from '../storage/database.ts';
import { upgradeIndexManifest } from '../storage/legacy.ts';
import { bytesOf } from '../storage/size.ts';
import type { StoredPassages } from './passage-table.ts';
import { createPostings, isCurrent, type Postings } from './words/postings.ts';

export const PAGE_ITEMS = 64;

export interface Segment {
  number: number;
  rows: number;
  /** Whether it has tombstones. */
  removes: boolean;
  /** Whether an item of it has passages; segments of earlier versions have none. @default false */
  hasPassages?: boolean;
  bytes: number;
}

export interface IndexManifest {
  format: 1;
  /** Tells an index from one of the same name that was deleted. */
  incarnation: string;
  /** Grows with every change. */
  generation: number;
  space: SpaceManifest;
  /** Number of live items. */
  count: number;
  /** Numbers of the next segment and the next item. */
  nextSegment: number;
  nextItem: number;
  segments: readonly Segment[];
}

/** An item in its page. `number` is permanent and names its thumbnail. */
export interface StoredRow extends StoredItem {
  number: number;
  hasThumbnail: boolean;
}

export interface Keys {
  ids: readonly string[];
  hashes: readonly string[];
}

/** A row, by the number of its segment and its position there. */
export type Place = readonly [segment: number, row: number];

export interface Thumbnail {
  type: string;
  bytes: ArrayBuffer;
}

type Entries = (readonly [key: string, value: unknown])[];

const safe = (name: string) => encodeURIComponent(name);
const padded = (number: number) => String(number).padStart(9, '0');
export const manifestKey = (name: string) => `manifest/${safe(name)}`;
/** Where the file is noted that an index follows (following.ts). */
export const originKey = (name: string) => `origin/${safe(name)}`;
export const pictureKey = (name: string, item: number) => `picture/${safe(name)}/${padded(item)}`;
const segmentKey = (name: string, segment: number, part: string) =>
  `index/${safe(name)}/${padded(segment)}/${part}`;
const pageKey = (name: string, segment: number, page: number) =>
  segmentKey(name, segment, `page/${padded(page)}`);

export interface SegmentContent {
  items: readonly StoredRow[];
  /** Packed, one for each item. */
  rows: ArrayBuffer;
  /** Null: none of the items has any. */
  passages: StoredPassages | null;
  tombstones: readonly Place[];
}

/** Everything a new segment consists of, except thumbnails and manifest. */
export async function segmentEntries(
  name: string,
  number: number,
  { items, rows, passages, tombstones }: SegmentContent,
): Promise<{ entries: Entries; segment: Segment }> {
  const key = (part: string) => segmentKey(name, number, part);
  const keys: Keys = { ids: items.map(({ id }) => id), hashes: items.map(({ contentHash }) => contentHash) };
  const entries: Entries = [];
  if (items.length > 0) {
    entries.push([key('rows'), rows], [key('keys'), keys], [key('words'), await createPostings(items)]);
    entries.push([key('fields'), items.map(({ metadata }) => metadata)]);
  }
  if (passages !== null) entries.push([key('passages'), passages]);
  if (tombstones.length > 0) entries.push([key('gone'), Uint32Array.from(tombstones.flat())]);
  for (let page = 0; page * PAGE_ITEMS < items.length; page++) {
    const some = items.slice(page * PAGE_ITEMS, (page + 1) * PAGE_ITEMS);
    entries.push([pageKey(name, number, page), some]);
  }
  const bytes = entries.reduce((sum, [, value]) => sum + bytesOf(value), 0);
  const segment = { number, rows: items.length, removes: tombstones.length > 0, bytes };
  return { entries, segment: passages === null ? segment : { ...segment, hasPassages: true } };
}

/** The manifest; null if there is none, or it is malformed. */
export async function readManifest(store: Store, name: string): Promise<IndexManifest | null> {
  const found = await store.get(manifestKey(name));
  return isManifest(found) ? upgraded(found) : null;
}

const upgraded = (manifest: IndexManifest) => upgradeIndexManifest(manifest) as IndexManifest;

/** Of an index that is made now. */
export function newManifest(space: SpaceManifest): IndexManifest {
  // Numbers that no earlier index of this name had, so that a reader of that index finds nothing instead of rows of this one.
  const first = Math.floor(Math.random() * 500_000_000);
  return {
    format: 1,
    incarnation: `${Date.now()}-${Math.random()}`,
    generation: 0,
    space,
    count: 0,
    nextSegment: first,
    nextItem: first,
    segments: [],
  };
}

export function isManifest(value: unknown): value is IndexManifest {
  return typeof value === 'object' && value !== null && 'segments' in value && 'space' in value;
}

/** Records are in the store before a manifest names their segment, so a missing record was deleted afterwards. */
export class SegmentSuperseded extends Error {}

async function read<T>(store: Store, key: string): Promise<T> {
  const found = await store.get(key);
  if (found === undefined) throw new SegmentSuperseded(key);
  return found as T;
}

export const readRows = (store: Store, name: string, segment: number) =>
  read<ArrayBuffer>(store, segmentKey(name, segment, 'rows'));
export const readKeys = (store: Store, name: string, segment: number) =>
  read<Keys>(store, segmentKey(name, segment, 'keys'));
export const readPage = (store: Store, name: string, segment: number, page: number) =>
  read<readonly StoredRow[]>(store, pageKey(name, segment, page));

export const readPassages = (store: Store, name: string, segment: number) =>
  read<StoredPassages>(store, segmentKey(name, segment, 'passages'));

export async function readTombstones(
  store: Store,
  name: string,
  { number, removes }: Segment,
): Promise<Place[]> {
  if (!removes) return [];
  const flat = await read<Uint32Array>(store, segmentKey(name, number, 'gone'));
  return Array.from({ length: flat.length / 2 }, (_, i) => [
    flat[2 * i] as number,
    flat[2 * i + 1] as number,
  ]);
}

export const postingsKey = (name: string, segment: number) => segmentKey(name, segment, 'words');

/** Null: the segment was written by an earlier version, or lost them to make room (make-room.ts). */
export async function readPostings(store: Store, name: string, segment: number): Promise<Postings | null> {
  const found = await store.get(postingsKey(name, segment));
  return isCurrent(found) ? found : null;
}

export function postingsEntry(name: string, segment: number, postings: Postings): Entries[number] {
  return [postingsKey(name, segment), postings];
}

/** All items of a segment, in the order of the rows. */
export async function readItems(store: Store, name: string, { number, rows }: Segment): Promise<StoredRow[]> {
  if (rows === 0) return [];
  const pages = await store.entries(segmentKey(name, number, 'page/'));
  const items = pages.flatMap(([, page]) => page as StoredRow[]);
  if (items.length !== rows) throw new SegmentSuperseded(segmentKey(name, number, 'page/'));
  return items;
}

/** Metadata of a segment's items, in the order of the rows. */
export async function readMetadata(
  store: Store,
  name: string,
  segment: Segment,
): Promise<readonly Metadata[]> {
  if (segment.rows === 0) return [];
  const found = await store.get(segmentKey(name, segment.number, 'fields'));
  // Segments of earlier versions have it in their items only.
  return Array.isArray(found)
    ? found
    : (await readItems(store, name, segment)).map(({ metadata }) => metadata);
}

/** Numbers of the segments of which anything is stored, whether or not the manifest knows them. */
export async function storedSegments(store: Store, name: string): Promise<Set<number>> {
  const prefix = `index/${safe(name)}/`;
  const keys = await store.keys(prefix);
  return new Set(keys.map((key) => Number(key.slice(prefix.length, key.indexOf('/', prefix.length)))));
}

export async function dropSegments(store: Store, name: string, segments: Iterable<number>): Promise<void> {
  for (const segment of segments) await store.remove(await store.keys(segmentKey(name, segment, '')));
}

/** Deletes an index atomically. */
export async function dropIndex(store: Store, name: string): Promise<void> {
  const parts = await Promise.all(['index', 'picture'].map((kind) => store.keys(`${kind}/${safe(name)}/`)));
  await store.remove([manifestKey(name), originKey(name), ...parts.flat()]);
}

export async function storedIndexes(store: Store): Promise<[name: string, manifest: IndexManifest][]> {
  const entries = await store.entries('manifest/');
  return entries.flatMap(([key, value]) =>
    isManifest(value) ? [[decodeURIComponent(key.slice('manifest/'.length)), upgraded(value)] as const] : [],
  ) as [string, IndexManifest][];
}
