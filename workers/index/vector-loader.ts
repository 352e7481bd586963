/** Loads vectors into memory in the background, a few segments in parallel, and appends them in the order in which they were added. */
import type { Matrix } from './matrix.ts';

/** Segments to read in parallel; more would only use more memory. */
const MAX_PARALLEL_READS = 4;

/** Packed rows, or a function that reads them. */
export type RowSource = ArrayBuffer | (() => Promise<ArrayBuffer>);

export interface VectorLoader {
  /** Whether reading has failed; nothing more is then appended. */
  readonly failed: boolean;
  /** Appends rows. Rows in memory are appended synchronously unless earlier reads are pending. @throws TteError quota: out of memory */
  add(rows: RowSource): void;
  /** Resolves when everything added so far is in memory. @throws the error of reading it */
  done(): Promise<void>;
}

export function createVectorLoader(matrix: Matrix): VectorLoader {
  const last: Promise<void>[] = [Promise.resolve()]; // at most MAX_PARALLEL_READS
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
