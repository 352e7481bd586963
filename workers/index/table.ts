/** The rows of an open index: which are live, where their items are stored, and their vectors, which are loaded in the background. */
import { TteError } from '../../src/shared/errors.ts';
import { createMatrix, type Matrix } from './matrix.ts';
import { createPassageTable, type Passages, type StoredPassages } from './passage-table.ts';
import { rowBytes } from './rows.ts';
import type { Place } from './segments.ts';
import { createVectorLoader, type RowSource } from './vector-loader.ts';

export interface Table {
  /** Number of rows, including deleted ones. */
  readonly size: number;
  /** 1 for each live row; at least `size` long. */
  readonly live: Uint8Array;
  /** Number of live rows. */
  readonly count: number;
  /** Whether vectors could not be read, which makes the table unusable. */
  readonly failed: boolean;
  /** Resolves to the vectors once those of all current rows are in memory. @throws the error of reading them */
  vectors(): Promise<Matrix>;
  /** Resolves once the passages of all current rows are in memory. @throws the error of reading them */
  passages(): Promise<Passages>;
  /** Adds the passages of a segment's items; those that must be read are loaded in the background. */
  addPassages(segment: number, passages: StoredPassages | (() => Promise<StoredPassages>)): void;
  /** Appends the rows of a segment; vectors that must be read are loaded in the background. @returns the number of the first row */
  add(segment: number, count: number, rows: RowSource): number;
  remove(row: number): void;
  place(row: number): Place;
  /** Undefined if the segment is not in memory. */
  row(place: Place): number | undefined;
  /** The rows of a segment, in its order. */
  rowsOf(segment: number): Uint32Array;
  /** Records that these rows are now stored in another segment, in this order. */
  move(segment: number, rows: Uint32Array): void;
  forget(segment: number): void;
}

/** The live row of a key in a map that may contain deleted rows. */
export function liveRow(table: Table, rows: ReadonlyMap<string, number>, key: string): number | undefined {
  const row = rows.get(key);
  return row !== undefined && table.live[row] === 1 ? row : undefined;
}

export function createTable(dimensions: number): Table {
  const matrix = createMatrix(dimensions);
  const segments = new Map<number, Uint32Array>();
  const loader = createVectorLoader(matrix);
  const passages = createPassageTable(dimensions);
  let passagesRead: Promise<void> = Promise.resolve();
  let failed = false;
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

  /** Reads the vectors of a segment. If it is dropped meanwhile, returns zeros, since its rows are no longer used. */
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
      return failed || loader.failed;
    },
    async vectors() {
      await loader.done();
      return matrix;
    },
    async passages() {
      await passagesRead;
      return passages;
    },
    addPassages(segment, source) {
      const rows = segments.get(segment) as Uint32Array; // those at present: a compaction may move them while this is read
      if (typeof source !== 'function') return passages.add(rows, source);
      passagesRead = passagesRead.then(async () => {
        const read = await source().catch((error) => {
          if (segments.has(segment)) throw error;
          return null; // dropped meanwhile
        });
        if (read !== null) passages.add(rows, read);
      });
      passagesRead.catch(() => {
        failed = true;
      });
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
