/** The rows of an open index: their vectors in memory, which of them are there, and where their items lie in the store. */
import { createMatrix, type Matrix } from './matrix.ts';
import type { Place } from './segments.ts';

export interface Table {
  readonly matrix: Matrix;
  /** 1 for each row that is there; as long as the matrix, or longer. */
  readonly live: Uint8Array;
  /** Rows that are there. */
  readonly count: number;
  /** A segment's rows, taken into memory behind those of earlier ones. @returns the first one's number */
  add(segment: number, rows: ArrayBuffer, count: number): number;
  remove(row: number): void;
  place(row: number): Place;
  /** Undefined where that segment is not in memory. */
  row(place: Place): number | undefined;
  /** Memory rows of a segment, in its order. */
  rowsOf(segment: number): Uint32Array;
  /** Says that these rows now lie in another segment, in this order. */
  move(segment: number, rows: Uint32Array): void;
  forget(segment: number): void;
}

/** Of rows by some key, which name items that are gone, too: the key's, where it is there. */
export function liveRow(table: Table, rows: ReadonlyMap<string, number>, key: string): number | undefined {
  const row = rows.get(key);
  return row !== undefined && table.live[row] === 1 ? row : undefined;
}

export function createTable(dimensions: number): Table {
  const matrix = createMatrix(dimensions);
  const segments = new Map<number, Uint32Array>();
  let live = new Uint8Array(1024);
  let [segmentOf, placeIn] = [new Uint32Array(1024), new Uint32Array(1024)];
  let count = 0;

  function grow(rows: number) {
    if (rows <= live.length) return;
    const length = Math.max(rows, 2 * live.length);
    const widen = <T extends Uint8Array | Uint32Array>(array: T, wider: T): T => {
      wider.set(array);
      return wider;
    };
    live = widen(live, new Uint8Array(length));
    segmentOf = widen(segmentOf, new Uint32Array(length));
    placeIn = widen(placeIn, new Uint32Array(length));
  }

  function settle(segment: number, rows: Uint32Array) {
    segments.set(segment, rows);
    for (const [place, row] of rows.entries()) {
      segmentOf[row] = segment;
      placeIn[row] = place;
    }
  }

  return {
    matrix,
    get live() {
      return live;
    },
    get count() {
      return count;
    },
    add(segment, rows, added) {
      const first = matrix.size;
      matrix.append(rows);
      grow(matrix.size);
      live.fill(1, first, matrix.size);
      count += added;
      settle(
        segment,
        Uint32Array.from({ length: added }, (_, i) => first + i),
      );
      return first;
    },
    remove(row) {
      count -= live[row] as number;
      live[row] = 0;
    },
    place: (row) => [segmentOf[row] as number, placeIn[row] as number],
    row: ([segment, place]) => segments.get(segment)?.[place],
    rowsOf: (segment) => segments.get(segment) ?? new Uint32Array(),
    move: settle,
    forget: (segment) => void segments.delete(segment),
  };
}
