import type { Filter } from './filters.ts';
import { LOW_BITS, PRECISION } from './kernel.ts';

/** The inputs that each output position along one axis sums up, with their weights, in the kernel's format. */
export interface Taps {
  /** Positions × `stride` words: start, pairs, then high and low parts of two weights for each pair. */
  readonly table: Int32Array<ArrayBuffer>;
  readonly stride: number;
  /** Length of the input axis. */
  readonly from: number;
}

const IDENTITY: Filter = { support: 0.5, weight: () => 1 };

/**
 * Pillow's weights for resizing an axis `from` → `to`, for the output positions `first` … `first + count − 1`.
 * An axis of unchanged length has one weight of 1 for each position.
 */
export function makeTaps(from: number, to: number, first: number, count: number, resample: Filter): Taps {
  const filter = from === to ? IDENTITY : resample;
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = filter.support * stretch;
  const most = Math.ceil(support) * 2 + 1;
  const stride = 2 + most + (most & 1);
  const table = new Int32Array(count * stride);
  const weights = new Float64Array(most);
  for (let i = 0; i < count; i++) {
    const center = (first + i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const taps = Math.min(from, Math.trunc(center + support + 0.5)) - start;
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const weight = filter.weight((k + start - center + 0.5) * (1 / stretch));
      weights[k] = weight;
      sum += weight;
    }
    const position = i * stride;
    table[position] = start;
    table[position + 1] = (taps + 1) >> 1;
    for (let k = 0; k < taps; k++) {
      const exact = ((weights[k] as number) / sum) * (1 << PRECISION);
      addWeight(table, position + 2 + (k & ~1), (k & 1) * 16, Math.trunc(exact + (exact < 0 ? -0.5 : 0.5)));
    }
  }
  return { table, stride, from };
}

function addWeight(table: Int32Array, word: number, shift: number, weight: number): void {
  const high = weight >> LOW_BITS;
  const low = weight & ((1 << LOW_BITS) - 1);
  table[word] = (table[word] as number) | ((high & 0xffff) << shift);
  table[word + 1] = (table[word + 1] as number) | (low << shift);
}

/** The inputs that positions `first` … `first + count − 1` read: the first of them, and how many. */
export function inputsOf(
  { table, stride, from }: Taps,
  first: number,
  count: number,
): { start: number; length: number } {
  const start = table[first * stride] as number;
  const last = (first + count - 1) * stride;
  const end = (table[last] as number) + 2 * (table[last + 1] as number); // pairs: perhaps one more than there is
  return { start, length: Math.min(from, end) - start };
}
