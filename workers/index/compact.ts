/**
 * Merges many small segments into a few large ones, without the deleted rows. New segments are written first, then the manifest
 * that names them instead of the old ones: a worker that is killed in between leaves the old state intact, and orphans for the
 * next sweep.
 */
import type { Store } from '../storage/database.ts';
import type { Existing, Save, SegmentsReplaced } from './index-state.ts';
import {
  type IndexManifest,
  type Place,
  readItems,
  readTombstones,
  type Segment,
  type StoredRow,
  segmentEntries,
} from './segments.ts';
import type { Table } from './table.ts';

/** Rows of the largest segments: 12.8 MB of 384 numbers. */
const SEGMENT_ROWS = 16_384;
/** Number of neighbouring segments of a tier, at the end, that are merged. */
const TIER = 16;
const TIERS = [1024, SEGMENT_ROWS];

export interface Compaction {
  store: Store;
  name: string;
  state: Existing;
  save: Save;
  /** All segments, or only the newest small ones. */
  all: boolean;
}

/** Whether a compaction would write any segment. */
export function worthCompacting({ manifest, table }: Existing): boolean {
  return firstOf(manifest, table, false) !== null;
}

/** Stores the new segments. @returns null where there was nothing to do */
export async function compact({
  store,
  name,
  state,
  save,
  all,
}: Compaction): Promise<SegmentsReplaced | null> {
  const { manifest, table } = state;
  const from = firstOf(manifest, table, all);
  if (from === null) return null;
  const [vectors, passages] = await Promise.all([table.vectors(), table.passages()]);
  const [stay, old] = [manifest.segments.slice(0, from), manifest.segments.slice(from)];
  const outside = await tombstonesOutside(store, name, stay, old);
  const segments: Segment[] = [];
  const moves: [segment: number, rows: Uint32Array][] = [];
  let [items, rows]: [StoredRow[], number[]] = [[], []];

  async function writeSegment(tombstones: readonly Place[]) {
    const number = manifest.nextSegment + segments.length;
    const written = await segmentEntries(name, number, {
      items,
      rows: vectors.packed(rows),
      passages: passages.packed(rows),
      tombstones,
    });
    await save(written.entries);
    segments.push(written.segment);
    moves.push([number, Uint32Array.from(rows)]);
    [items, rows] = [[], []];
  }

  for (const segment of old) {
    const found = await readItems(store, name, segment);
    for (const [i, row] of table.rowsOf(segment.number).entries()) {
      if (table.live[row] === 0) continue;
      items.push(found[i] as StoredRow);
      rows.push(row);
      if (rows.length === SEGMENT_ROWS) await writeSegment([]);
    }
  }
  if (rows.length > 0 || outside.length > 0) await writeSegment(outside);
  const next = {
    ...manifest,
    generation: manifest.generation + 1,
    nextSegment: manifest.nextSegment + segments.length,
    segments: [...stay, ...segments],
  };
  return {
    manifest: next,
    adopt() {
      for (const { number } of old) table.forget(number);
      for (const [number, moved] of moves) table.move(number, moved);
      state.manifest = next;
    },
  };
}

/** Start of the run of segments to merge; it always extends to the end, which preserves the order of items. */
function firstOf({ segments, count }: IndexManifest, table: Table, all: boolean): number | null {
  if (all) return segments.length > 0 ? 0 : null;
  const rows = segments.reduce((sum, segment) => sum + segment.rows, 0);
  if (rows - count > Math.max(1024, rows / 3) && table.size > 0) return 0;
  for (const limit of [...TIERS].reverse()) {
    let first = segments.length; // after the last one that is not smaller
    while (first > 0 && (segments[first - 1] as Segment).rows < limit) first--;
    if (segments.length - first >= TIER && tiersBelow(segments.slice(first), limit) >= TIER) return first;
  }
  return null;
}

/** Whether segments belong to a tier: of the largest only those that were merged from a smaller tier. */
function tiersBelow(segments: readonly Segment[], limit: number): number {
  const below = TIERS[TIERS.indexOf(limit) - 1] ?? 0;
  return segments.filter(({ rows }) => rows >= below).length;
}

/** Tombstones of the old segments for rows of segments that are kept; the new segments must carry them on. */
async function tombstonesOutside(
  store: Store,
  name: string,
  stay: readonly Segment[],
  old: readonly Segment[],
): Promise<Place[]> {
  const known = new Set(stay.map(({ number }) => number));
  const tombstones = await Promise.all(old.map((segment) => readTombstones(store, name, segment)));
  return tombstones.flat().filter(([segment]) => known.has(segment));
}
