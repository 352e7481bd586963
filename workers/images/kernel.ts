/**
 * The two passes of resampling in SIMD, over RGBA. A weight of 22 fraction bits does not fit the 16 bits of the fast
 * multiply-add, so it is split, weight = high · 2¹¹ + low, into two exact sums that are joined at the end.
 *
 * A table of taps has, for each output position, these 32-bit words: start, count of pairs, and for each pair of
 * neighbouring inputs their two high parts in one word and their two low parts in the next.
 */
import { assemble, type Code, define, type Local } from '../simd/assemble.ts';
import { i32, increment, lessThan, loop, v128, ZERO } from '../simd/instructions.ts';

/** Fraction bits of a weight: 8 of 32 bits are the pixel's, one the sign's, one for sums above 1. */
export const PRECISION = 22;
export const LOW_BITS = 11;

const HEAD_BYTES = 8;
const PAIR_BYTES = 8;
const HALF = v128.splat(i32.const(1 << (PRECISION - 1)));

/** Four sums in 32-bit lanes. */
const joined = (high: Local, low: Local): Code =>
  v128.shr(v128.add(v128.shl(high.get, i32.const(LOW_BITS)), low.get), i32.const(PRECISION));

const addDot = (sum: Local, pixels: Local, tap: Local, offset: number): Code =>
  sum.set(v128.add(sum.get, v128.dot(pixels.get, v128.load32Splat(tap.get, offset))));

const firstTap = (tap: Local, end: Local, position: Local): Code => [
  tap.set(i32.add(position.get, i32.const(HEAD_BYTES))),
  end.set(i32.add(tap.get, i32.mul(i32.load(position.get, 4), i32.const(PAIR_BYTES)))),
];

/** Each row becomes `width` pixels wide. */
const rows = define(
  ['input', 'inputStride', 'output', 'outputStride', 'height', 'table', 'tableStride', 'width'],
  ['x', 'y', 'position', 'tap', 'end', 'source', 'target'],
  ['pixels', 'high', 'low'],
  (l) => {
    const { x, y, position, tap, end, source, target, pixels, high, low } = l;
    const sum = [
      pixels.set(v128.load8x8(source.get)),
      pixels.set(v128.shuffle16(pixels.get, pixels.get, [0, 4, 1, 5, 2, 6, 3, 7])),
      addDot(high, pixels, tap, 0),
      addDot(low, pixels, tap, 4),
      increment(source, 8),
      increment(tap, PAIR_BYTES),
    ];
    const pixel = [
      source.set(i32.add(l.input.get, i32.mul(i32.load(position.get), i32.const(4)))),
      firstTap(tap, end, position),
      high.set(ZERO),
      low.set(HALF),
      loop(sum, lessThan(tap.get, end.get)),
      pixels.set(joined(high, low)),
      pixels.set(v128.narrow32(pixels.get, pixels.get)),
      v128.store32(target.get, v128.narrow16(pixels.get, pixels.get)),
      increment(target, 4),
      increment(position, l.tableStride.get),
      increment(x, 1),
    ];
    const row = [
      target.set(l.output.get),
      position.set(l.table.get),
      x.set(i32.const(0)),
      loop(pixel, lessThan(x.get, l.width.get)),
      increment(l.input, l.inputStride.get),
      increment(l.output, l.outputStride.get),
      increment(y, 1),
    ];
    return loop(row, lessThan(y.get, l.height.get));
  },
);

/** Columns become `height` pixels high; `length` is a row's bytes, a multiple of 8. */
const columns = define(
  ['input', 'inputStride', 'output', 'outputStride', 'length', 'table', 'tableStride', 'height'],
  ['x', 'y', 'tap', 'end', 'source'],
  ['upper', 'lower', 'pixels', 'highLeft', 'lowLeft', 'highRight', 'lowRight'],
  (l) => {
    const { x, y, tap, end, source, upper, lower, pixels, highLeft, lowLeft, highRight, lowRight } = l;
    const sum = [
      upper.set(v128.load8x8(source.get)),
      lower.set(v128.load8x8(i32.add(source.get, l.inputStride.get))),
      pixels.set(v128.shuffle16(upper.get, lower.get, [0, 8, 1, 9, 2, 10, 3, 11])),
      addDot(highLeft, pixels, tap, 0),
      addDot(lowLeft, pixels, tap, 4),
      pixels.set(v128.shuffle16(upper.get, lower.get, [4, 12, 5, 13, 6, 14, 7, 15])),
      addDot(highRight, pixels, tap, 0),
      addDot(lowRight, pixels, tap, 4),
      increment(source, i32.mul(l.inputStride.get, i32.const(2))),
      increment(tap, PAIR_BYTES),
    ];
    const pixelPair = [
      source.set(i32.add(i32.add(l.input.get, x.get), i32.mul(i32.load(l.table.get), l.inputStride.get))),
      firstTap(tap, end, l.table),
      [highLeft.set(ZERO), lowLeft.set(HALF), highRight.set(ZERO), lowRight.set(HALF)],
      loop(sum, lessThan(tap.get, end.get)),
      pixels.set(v128.narrow32(joined(highLeft, lowLeft), joined(highRight, lowRight))),
      v128.store64(i32.add(l.output.get, x.get), v128.narrow16(pixels.get, pixels.get)),
      increment(x, 8),
    ];
    const row = [
      x.set(i32.const(0)),
      loop(pixelPair, lessThan(x.get, l.length.get)),
      increment(l.output, l.outputStride.get),
      increment(l.table, l.tableStride.get),
      increment(y, 1),
    ];
    return loop(row, lessThan(y.get, l.height.get));
  },
);

/** Addresses and strides in bytes. Up to 8 bytes and, of `columns`, a row behind the input are read without effect. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  rows(
    input: number,
    inputStride: number,
    output: number,
    outputStride: number,
    height: number,
    table: number,
    tableStride: number,
    width: number,
  ): void;
  columns(
    input: number,
    inputStride: number,
    output: number,
    outputStride: number,
    length: number,
    table: number,
    tableStride: number,
    height: number,
  ): void;
}

let kernel: Kernel | undefined;

/** One for the worker: its memory is as large as the largest picture's intermediate result. */
export function loadKernel(): Kernel {
  kernel ??= new WebAssembly.Instance(new WebAssembly.Module(assemble({ rows, columns })))
    .exports as unknown as Kernel;
  return kernel;
}
