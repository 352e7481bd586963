/** Items that are about to be added to an index, and the change that adds them. */
import type { IndexRecord } from '../../src/shared/index-types.ts';
import type { Existing } from './index-state.ts';
import { type PassageVector, packPassages } from './passage-table.ts';
import { packRows } from './rows.ts';
import type { Thumbnail } from './segments.ts';
import { liveRow } from './table.ts';
import type { Change } from './write-change.ts';

export type NewItem = Omit<IndexRecord, 'addedAt'> & {
  addedAt?: number;
  thumbnail: Thumbnail | null;
  /** Those of a text that exceeds the model's limit. @default none */
  passages?: readonly PassageVector[];
};

export interface Addition {
  change: Change;
  /** Ids that existed. */
  replaced: Set<string>;
}

/** An item with an existing id replaces it; of several with one id, the last is added. */
export async function planAddition(
  { manifest, table, catalog }: Existing,
  given: readonly NewItem[],
): Promise<Addition> {
  const items = [...new Map(given.map((item) => [item.id, item])).values()];
  const rowsById = await catalog.byId();
  const removed: number[] = [];
  const replaced = new Set<string>();
  for (const { id } of items) {
    const row = liveRow(table, rowsById, id);
    if (row === undefined) continue;
    removed.push(row);
    replaced.add(id);
  }
  const { dimensions } = manifest.space;
  const added = items.map(({ vector: _, passages: __, addedAt = Date.now(), ...item }) => ({
    ...item,
    addedAt,
  }));
  const rows = packRows(
    items.map(({ vector }) => vector),
    dimensions,
  );
  const passages = packPassages(
    items.map((item) => item.passages ?? []),
    dimensions,
  );
  return { change: { items: added, rows, passages, removed }, replaced };
}
