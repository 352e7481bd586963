/** The rows of an open index: which of them are there, where their items lie in the store, and their vectors, which come later. */
import { TteError } from '../../src/shared/errors.ts';
import { createMatrix, type Matrix } from './matrix.ts';
import { rowBytes } from './rows.ts';
import type { Place } from './segments.ts';
import { createVectorLoader, type RowSource } from './vector-loader.ts';

export interface Table {
  /** Rows so far, those that are gone included. */
  readonly size: number;
  /** 1 for each row that is there; `size` long, or longer. */
  readonly live: Uint8Array;
  /** Rows that are there. */
  readonly count: number;
  /** Whether vectors could not be read: this table is of no more use. */
  readonly failed: boolean;
  /** The vectors, once those of all rows so far are in memory. @throws what reading them threw */
  vectors(): Promise<Matrix>;
  /** A segment's rows, behind those of earlier ones; their vectors, where they must be read, come in the background. @returns the first one's number */
  add(segment: number, count: number, rows: RowSource): number;
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
  const loader = createVectorLoader(matrix);
  let size = 0;
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
    for (let place = 0; place < rows.length; place++) {
      const row = rows[place] as number;
      segmentOf[row] = segment;
      placeIn[row] = place;
    }
  }

  /** The vectors of a segment; of one that was forgotten while it was read, any: nobody asks for its rows. */
  async function checked(segment: number, count: number, read: () => Promise<ArrayBuffer>) {
    const bytes = count * rowBytes(dimensions);
    const rows = await read().catch((error) => {
      if (segments.has(segment)) throw error;
      return new ArrayBuffer(bytes);
    });
    if (rows.byteLength === bytes) return rows;
    throw new TteError(
      'integrity',
      `An index is damaged: its segment ${segment} should have ${count} vectors.`,
    );
  }

  return {
    get size() {
      return size;
    },
    get live() {
      return live;
    },
    get count() {
      return count;
    },
    get failed() {
      return loader.failed;
    },
    async vectors() {
      await loader.done();
      return matrix;
    },
    add(segment, added, rows) {
      const first = size;
      size += added;
      grow(size);
      live.fill(1, first, size);
      count += added;
      const numbers = new Uint32Array(added);
      for (let i = 0; i < added; i++) numbers[i] = first + i;
      settle(segment, numbers);
      if (added > 0) loader.add(rows instanceof ArrayBuffer ? rows : () => checked(segment, added, rows));
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
