/**
 * The vectors of an index in memory, and the search over them. Small collections are searched exactly; of larger ones one bit a
 * number is scanned first (how many bits differ from the query's), and the best are scored in full precision. Why, and from
 * which size on: docs/search.md.
 */
import { TteError } from '../../src/shared/errors.ts';
import { createKernel } from './kernel.ts';
import { addRow, numberBytes, rowBytes, unpackRow } from './rows.ts';
import { createTopK, type Scored } from './top-k.ts';

/** Maximum number of rows for exhaustive search. */
export const EXACT_ROWS = 8192;
/** Of all rows this many by the code's length are scored in full after the scan (384 bits: one in 32), and at least `LEAST`. */
const RERANK_SHARE = 12;
const MIN_RERANK = 1024;
const BLOCK_ROWS = 1024;
const PAGE_BYTES = 65_536;
const MEAN_SAMPLE = 4096;

/** The rows to search. */
export interface Allowed {
  /** 1 for each row to search. */
  mask: Uint8Array;
  /** Number of rows to search. */
  count: number;
}

export interface ScanOptions {
  topK: number;
  allowed: Allowed;
  /** Whether to score every row regardless of size. @default false */
  exact?: boolean;
}

export interface Matrix {
  /** Number of rows. */
  readonly size: number;
  /** Size of the memory in bytes. */
  readonly bytes: number;
  /** Appends packed rows (rows.ts). @throws TteError quota: no memory for them */
  append(rows: ArrayBuffer): void;
  /** The rows nearest to a query of unit length by dot product, best first. */
  scan(query: Float32Array, options: ScanOptions): Scored[];
  /** Dot products of a query with the given rows, in their order. */
  scores(query: Float32Array, rows: readonly number[]): Float32Array<ArrayBuffer>;
  vector(row: number): Float32Array<ArrayBuffer>;
  /** The given rows exactly as they were appended. */
  packed(rows: ArrayLike<number>): ArrayBuffer;
}

export function createMatrix(dimensions: number): Matrix {
  const kernel = createKernel();
  const { memory } = kernel;
  const [rowStride, length] = [rowBytes(dimensions), numberBytes(dimensions)];
  const codeStride = Math.ceil(length / 256) * 16;
  // Layout: a few vectors and a list of rows, then blocks of rows, their codes, and the number of bits in which the codes differ from the query's.
  const floats = 2 * length;
  const [QUERY, MEAN, CODE] = [0, floats, 2 * floats];
  const LIST = CODE + codeStride;
  const OUTPUT = LIST + 4 * BLOCK_ROWS;
  const BLOCKS = OUTPUT + 4 * BLOCK_ROWS;
  const CODES = BLOCK_ROWS * rowStride;
  const BITS = CODES + BLOCK_ROWS * codeStride;
  const blockBytes = BITS + BLOCK_ROWS * 2;
  let size = 0;
  let coded = 0; // number of rows with a code; 0 while search is exhaustive

  const blockAt = (block: number) => BLOCKS + block * blockBytes;
  const addressOf = (row: number) => blockAt(Math.floor(row / BLOCK_ROWS)) + (row % BLOCK_ROWS) * rowStride;

  function reserve(rows: number) {
    const needed = blockAt(Math.ceil(rows / BLOCK_ROWS)) - memory.buffer.byteLength;
    if (needed <= 0) return;
    try {
      memory.grow(Math.ceil(needed / PAGE_BYTES));
    } catch (cause) {
      throw new TteError('quota', `There is no memory for ${rows} vectors of ${dimensions} numbers.`, {
        cause,
      });
    }
  }

  /** Computes missing codes. The mean of an early sample is kept, since it only affects how well the bits are used. */
  function encode() {
    if (coded === 0) {
      const step = Math.max(1, Math.floor(size / MEAN_SAMPLE));
      const sum = new Float64Array(dimensions);
      for (let row = 0; row < size; row += step) addRow(memory.buffer, addressOf(row), sum);
      const sampled = Math.ceil(size / step);
      new Float32Array(memory.buffer, MEAN, dimensions).set(sum.map((total) => total / sampled));
    }
    while (coded < size) {
      const block = Math.floor(coded / BLOCK_ROWS);
      const end = Math.min(size, (block + 1) * BLOCK_ROWS);
      const code = blockAt(block) + CODES + (coded % BLOCK_ROWS) * codeStride;
      const first = addressOf(coded);
      kernel.encode(first, first + (end - coded) * rowStride, rowStride, code, codeStride, MEAN, length);
      coded = end;
    }
  }

  /** Scores the given rows, in lists of block length. */
  function score(
    query: Float32Array,
    rows: Iterable<number>,
    take: (rows: Uint32Array, scores: Float32Array) => void,
  ): void {
    new Float32Array(memory.buffer, QUERY, dimensions).set(query);
    const list = new Uint32Array(memory.buffer, LIST, BLOCK_ROWS);
    const output = new Float32Array(memory.buffer, OUTPUT, BLOCK_ROWS);
    const names = new Uint32Array(BLOCK_ROWS);
    let filled = 0;
    const run = () => {
      if (filled === 0) return;
      kernel.score(LIST, LIST + 4 * filled, QUERY, OUTPUT, length);
      take(names.subarray(0, filled), output);
      filled = 0;
    };
    for (const row of rows) {
      list[filled] = addressOf(row);
      names[filled++] = row;
      if (filled === BLOCK_ROWS) run();
    }
    run();
  }

  function nearestOf(query: Float32Array, rows: Iterable<number>, k: number): Scored[] {
    const best = createTopK(k);
    score(query, rows, (names, scores) => {
      let floor = best.floor();
      for (let i = 0; i < names.length; i++) {
        if ((scores[i] as number) <= floor) continue;
        best.offer(names[i] as number, scores[i] as number);
        floor = best.floor();
      }
    });
    return best.sorted();
  }

  /** Rows whose codes are nearest to the query's: `wanted` of them, and as many more as are equally near as the last. */
  function* nearest(query: Float32Array, mask: Uint8Array, wanted: number): Generator<number> {
    const mean = new Float32Array(memory.buffer, MEAN, dimensions);
    const code = new Uint8Array(memory.buffer, CODE, codeStride).fill(0);
    for (let i = 0; i < dimensions; i++) {
      if ((query[i] as number) > (mean[i] as number))
        code[i >> 3] = (code[i >> 3] as number) | (1 << (i & 7));
    }
    const histogram = new Uint32Array(8 * codeStride + 1);
    const blocks = Math.ceil(size / BLOCK_ROWS);
    for (let block = 0; block < blocks; block++) {
      const [first, from] = [block * BLOCK_ROWS, blockAt(block)];
      const count = Math.min(BLOCK_ROWS, size - first);
      kernel.differ(from + CODES, from + CODES + count * codeStride, CODE, from + BITS, codeStride);
      const bits = new Uint16Array(memory.buffer, from + BITS, count);
      for (let i = 0; i < count; i++) {
        if (mask[first + i] === 1) histogram[bits[i] as number]!++;
      }
    }
    let limit = 0;
    for (let found = histogram[0] as number; found < wanted && limit < histogram.length - 1; ) {
      found += histogram[++limit] as number;
    }
    for (let block = 0; block < blocks; block++) {
      const first = block * BLOCK_ROWS;
      const count = Math.min(BLOCK_ROWS, size - first);
      const bits = new Uint16Array(memory.buffer, blockAt(block) + BITS, count);
      for (let i = 0; i < count; i++) {
        if ((bits[i] as number) <= limit && mask[first + i] === 1) yield first + i;
      }
    }
  }

  function* all(mask: Uint8Array): Generator<number> {
    for (let row = 0; row < size; row++) if (mask[row] === 1) yield row;
  }

  return {
    get size() {
      return size;
    },
    get bytes() {
      return memory.buffer.byteLength;
    },
    append(rows) {
      const count = rows.byteLength / rowStride;
      reserve(size + count);
      for (let done = 0; done < count; ) {
        const some = Math.min(BLOCK_ROWS - (size % BLOCK_ROWS), count - done);
        const source = new Uint8Array(rows, done * rowStride, some * rowStride);
        new Uint8Array(memory.buffer, addressOf(size), source.length).set(source);
        size += some;
        done += some;
      }
      if (size > EXACT_ROWS) encode();
    },
    scan(query, { topK, allowed, exact = false }) {
      if (size === 0) return [];
      const { mask, count } = allowed;
      const wanted = Math.max(MIN_RERANK, 16 * topK, Math.floor((RERANK_SHARE * count) / dimensions));
      return nearestOf(query, exact || count <= EXACT_ROWS ? all(mask) : nearest(query, mask, wanted), topK);
    },
    scores(query, rows) {
      const scores = new Float32Array(rows.length);
      if (rows.length === 0) return scores;
      let done = 0;
      score(query, rows, (names, some) => {
        scores.set(some.subarray(0, names.length), done);
        done += names.length;
      });
      return scores;
    },
    packed(rows) {
      const copy = new Uint8Array(rows.length * rowStride);
      const source = new Uint8Array(memory.buffer);
      for (let i = 0; i < rows.length; i++) {
        const from = addressOf(rows[i] as number);
        copy.set(source.subarray(from, from + rowStride), i * rowStride);
      }
      return copy.buffer;
    },
    vector: (row) => unpackRow(memory.buffer as ArrayBuffer, addressOf(row), dimensions),
  };
}
