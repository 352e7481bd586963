/** Orders hits by a metadata field: those that are about the query's text, before the others; or all, if the query has no text. */
import type { JsonValue, Metadata, SortOrder } from '../../src/shared/index-types.ts';
import { fieldReader } from './filter.ts';
import type { Allowed } from './matrix.ts';
import type { Standing } from './mixing.ts';

export interface Ordering {
  /** The value that a row is ordered by; rows with undefined or null come last. */
  value(row: number): JsonValue | undefined;
  compare(a: number, b: number): number;
}

/** @param metadata by row */
export function createOrdering({ field, direction }: SortOrder, metadata: readonly Metadata[]): Ordering {
  const read = fieldReader(field);
  const sign = direction === 'asc' ? 1 : -1;
  const value = (row: number) => read(metadata[row] ?? {});
  return {
    value,
    compare(a, b) {
      const [x, y] = [comparable(value(a)), comparable(value(b))];
      if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
      if (typeof x !== typeof y) return typeof x === 'number' ? -1 : 1;
      return x === y ? 0 : x < y ? -sign : sign;
    },
  };
}

/** Arrays and objects have no order. */
function comparable(value: JsonValue | undefined): number | string | null {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** The first rows in that order, or in the order in which they were added. */
export function allInOrder({ mask }: Allowed, ordering: Ordering | null, topK: number): Standing[] {
  const rows: number[] = [];
  for (let row = 0; row < mask.length; row++) if (mask[row] === 1) rows.push(row);
  if (ordering !== null) rows.sort((a, b) => ordering.compare(a, b) || a - b);
  const none = { vector: null, text: null };
  return rows.slice(0, topK).map((row) => ({ row, score: 0, scores: none, ranks: none }));
}

/** An item is about the query if its score is this far from the usual score to the best one. Measured: docs/search.md. */
const ABOUT = 0.5;

/** @param standings best first @param usual the score of an item that is unrelated to the query */
export function inOrder(standings: readonly Standing[], ordering: Ordering, usual: number): Standing[] {
  const least = usual + ABOUT * ((standings[0]?.score ?? usual) - usual);
  const count = standings.findIndex(({ score }) => score < least);
  const about = count < 0 ? standings : standings.slice(0, count);
  const byValue = about
    .map((standing, place) => ({ standing, place }))
    .sort((a, b) => ordering.compare(a.standing.row, b.standing.row) || a.place - b.place)
    .map(({ standing }) => standing);
  return [...byValue, ...standings.slice(about.length)];
}
