/** Applies a change to an index: one segment, stored in one transaction with the manifest that names it; then in memory. */
import type { StoredItem } from '../../src/shared/index-types.ts';
import type { Store } from '../storage/database.ts';
import type { Existing, Save } from './index-state.ts';
import { makingRoom } from './make-room.ts';
import type { StoredPassages } from './passage-table.ts';
import {
  type IndexManifest,
  manifestKey,
  pictureKey,
  type StoredRow,
  segmentEntries,
  type Thumbnail,
} from './segments.ts';

/** What a change consists of. Rows are packed, one for each item. */
export interface Change {
  items: readonly (StoredItem & { thumbnail: Thumbnail | null | 'kept'; number?: number })[];
  rows: ArrayBuffer;
  /** @default null: none of the items has any */
  passages?: StoredPassages | null;
  removed: readonly number[];
}

export interface WriteContext {
  store: Store;
  name: string;
  save: Save;
}

export async function writeChange(
  state: Existing,
  { items, rows, passages = null, removed }: Change,
  { store, name, save }: WriteContext,
): Promise<void> {
  const { manifest, table, catalog } = state;
  const kept: StoredRow[] = items.map(({ thumbnail, number, ...item }, i) => ({
    ...item,
    number: number ?? manifest.nextItem + i,
    hasThumbnail: thumbnail !== null,
  }));
  const stays = new Set(kept.map(({ number }) => number));
  const dropped = (await catalog.items(removed))
    .filter((item) => item.hasThumbnail && !stays.has(item.number))
    .map(({ number }) => number);
  const { entries, segment } = await segmentEntries(name, manifest.nextSegment, {
    items: kept,
    rows,
    passages,
    tombstones: removed.map((row) => table.place(row)),
  });
  const pictures = items.flatMap(({ thumbnail }, i) =>
    thumbnail && thumbnail !== 'kept'
      ? [[pictureKey(name, (kept[i] as StoredRow).number), thumbnail] as const]
      : [],
  );
  const next: IndexManifest = {
    ...manifest,
    generation: manifest.generation + 1,
    count: manifest.count + items.length - removed.length,
    nextSegment: manifest.nextSegment + 1,
    nextItem: manifest.nextItem + items.length,
    segments: [...manifest.segments, segment],
  };
  const isGrowing = items.length > removed.length;
  const write = isGrowing ? save : makingRoom(save, { store, name, manifest, dropped });
  await write([...entries, ...pictures, [manifestKey(name), next]]);
  state.manifest = next;
  for (const row of removed) table.remove(row);
  catalog.added(table.add(segment.number, segment.rows, rows), kept);
  if (passages !== null) table.addPassages(segment.number, passages);
  if (dropped.length > 0) await store.remove(dropped.map((number) => pictureKey(name, number)));
}
