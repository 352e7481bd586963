/**
 * The passages of long texts. An item is one row, whose vector is that of its text up to the model's limit. A longer text also
 * has a vector for each of its passages; its similarity to a query is the highest of all of these.
 */
import type { Span } from '../text/passages.ts';
import { type Allowed, createMatrix, type Matrix } from './matrix.ts';
import { packRows } from './rows.ts';
import { createTopK, type Scored } from './top-k.ts';

export interface PassageVector extends Span {
  vector: Float32Array;
}

/** The passages of a segment's items, as they are stored. */
export interface StoredPassages {
  /** For each passage the position of its item in the segment. */
  owners: Uint32Array;
  /** Pairs of start and end in the item's text. */
  spans: Uint32Array;
  /** Packed vectors (rows.ts). */
  rows: ArrayBuffer;
}

export interface Passages {
  readonly size: number;
  /** Rows nearest to a query by their own vectors or by those of their passages, each once, best first. */
  nearest(query: Float32Array, vectors: Matrix, options: { topK: number; allowed: Allowed }): Scored[];
  /** For each row the largest of the dot products with its own vector and with those of its passages. */
  scores(query: Float32Array, vectors: Matrix, rows: readonly number[]): Float32Array;
  /** The passages of a row, in the order of its text; `score` is the dot product with the query, 0 without one. */
  of(row: number, query: Float32Array | null): (Span & { score: number })[];
  /** The passages of the given rows, as in a segment of these rows; null if there are none. */
  packed(rows: ArrayLike<number>): StoredPassages | null;
}

export interface PassageTable extends Passages {
  /** @param rows where the items of the segment are in the table. @throws TteError quota: out of memory */
  add(rows: Uint32Array, stored: StoredPassages): void;
}

/** @param items the passages of each item of a segment. @returns null if there are none */
export function packPassages(
  items: readonly (readonly PassageVector[])[],
  dimensions: number,
): StoredPassages | null {
  const all = items.flat();
  if (all.length === 0) return null;
  const vectors = all.map(({ vector }) => vector);
  return {
    owners: ownersOf(items),
    spans: Uint32Array.from(all.flatMap(({ start, end }) => [start, end])),
    rows: packRows(vectors, dimensions),
  };
}

const ownersOf = (items: readonly (readonly unknown[])[]) =>
  Uint32Array.from(items.flatMap((passages, place) => passages.map(() => place)));

export function createPassageTable(dimensions: number): PassageTable {
  let matrix: Matrix | null = null; // most indexes have no long texts
  const owners: number[] = [];
  const spans: Span[] = [];
  const byRow = new Map<number, number[]>();

  /** The rows with the nearest passages. */
  function scan(
    passages: Matrix,
    query: Float32Array,
    { topK, allowed }: { topK: number; allowed: Allowed },
  ): Map<number, number> {
    const mask = new Uint8Array(owners.length); // plain loops: there may be many
    let count = 0;
    for (let passage = 0; passage < mask.length; passage++) {
      mask[passage] = allowed.mask[owners[passage] as number] ?? 0;
      count += mask[passage] as number;
    }
    // All of the best passages may be of one item, so more are requested until there are enough items.
    for (let wanted = 2 * topK; ; wanted *= 4) {
      const best = new Map<number, number>();
      const options = { topK: Math.min(wanted, count), allowed: { mask, count } };
      for (const { row: passage, score } of passages.scan(query, options)) {
        const row = owners[passage] as number;
        if (!best.has(row)) best.set(row, score);
      }
      if (best.size >= topK || wanted >= count) return best;
    }
  }

  function scores(query: Float32Array, vectors: Matrix, rows: readonly number[]): Float32Array {
    const best = vectors.scores(query, rows);
    if (matrix === null) return best;
    const own = rows.map((row) => byRow.get(row) ?? []);
    const all = matrix.scores(query, own.flat());
    let at = 0;
    for (const [i, { length }] of own.entries()) {
      for (const end = at + length; at < end; at++) {
        best[i] = Math.max(best[i] as number, all[at] as number);
      }
    }
    return best;
  }

  return {
    get size() {
      return owners.length;
    },
    scores,
    add(rows, stored) {
      matrix ??= createMatrix(dimensions);
      matrix.append(stored.rows);
      for (const [i, place] of stored.owners.entries()) {
        const row = rows[place] as number;
        const own = byRow.get(row);
        if (own) own.push(owners.length);
        else byRow.set(row, [owners.length]);
        owners.push(row);
        spans.push({ start: stored.spans[2 * i] as number, end: stored.spans[2 * i + 1] as number });
      }
    },
    nearest(query, vectors, options) {
      const own = vectors.scan(query, options);
      if (matrix === null) return own;
      const rows = new Set([...own.map(({ row }) => row), ...scan(matrix, query, options).keys()]);
      const all = [...rows];
      const best = createTopK(options.topK);
      for (const [i, score] of scores(query, vectors, all).entries()) {
        if (score > best.floor()) best.offer(all[i] as number, score);
      }
      return best.sorted();
    },
    of(row, query) {
      const passages = byRow.get(row) ?? [];
      const near = query && matrix?.scores(query, passages);
      return passages.map((passage, i) => ({ ...(spans[passage] as Span), score: near?.[i] ?? 0 }));
    },
    packed(rows) {
      const items = Array.from(rows, (row) => byRow.get(row) ?? []);
      const all = items.flat();
      if (matrix === null || all.length === 0) return null;
      const places = all.map((passage) => spans[passage] as Span);
      return {
        owners: ownersOf(items),
        spans: Uint32Array.from(places.flatMap(({ start, end }) => [start, end])),
        rows: matrix.packed(all),
      };
    },
  };
}
