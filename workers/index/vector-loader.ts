/** Vectors on their way into memory: read in the background, a few segments ahead, and taken in the order in which they were added. */
import type { Matrix } from './matrix.ts';

/** Segments read at the same time: more would only hold memory twice. */
const MAX_PARALLEL_READS = 4;

/** Packed rows, or how they are read. */
export type RowSource = ArrayBuffer | (() => Promise<ArrayBuffer>);

export interface VectorLoader {
  /** Whether something has failed: nothing more will come. */
  readonly failed: boolean;
  /** Rows that are here are in memory at once, unless earlier ones are still being read. @throws TteError quota: no memory for them */
  add(rows: RowSource): void;
  /** Resolves when everything added before is in memory. @throws what reading it threw */
  done(): Promise<void>;
}

export function createVectorLoader(matrix: Matrix): VectorLoader {
  const last: Promise<void>[] = [Promise.resolve()]; // up to AHEAD of them
  let waiting = 0;
  let failed = false;

  function take(rows: ArrayBuffer) {
    try {
      matrix.append(rows);
    } catch (error) {
      failed = true;
      throw error;
    }
  }

  return {
    get failed() {
      return failed;
    },
    add(rows) {
      if (waiting === 0 && rows instanceof ArrayBuffer) return take(rows);
      waiting++;
      const [earliest, latest] = [last[0], last.at(-1)] as [Promise<void>, Promise<void>];
      const read = earliest.then(() => (rows instanceof ArrayBuffer ? rows : rows()));
      const taken = Promise.all([read, latest]).then(([found]) => {
        take(found);
        waiting--;
      });
      taken.catch(() => {
        failed = true;
      });
      last.push(taken);
      if (last.length > MAX_PARALLEL_READS) last.shift();
    },
    done: () => last.at(-1) as Promise<void>,
  };
}
