/** The quantization kernel: rows of floats to signed bytes with one scale for each block, as the matmul kernel reads them. */
import { type Code, define, type Func, type Local } from '../simd/assemble.ts';
import {
  call,
  f32x4,
  i16x8,
  i32,
  increment,
  lessThan,
  loop,
  min,
  reduceLanes,
  switch_,
  v128,
} from '../simd/instructions.ts';
import { exp2 } from './exp2.ts';
import { BLOCK, ROW_BLOCK_BYTES, ROWS } from './layout.ts';

/** Of a quantized value. */
export const LARGEST = 127;
const PARTS = ['x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7'] as const;

/** What is quantized: the input itself, its GELU (tanh form), or SiLU of the first input times the second. */
export const SOURCES = ['plain', 'gelu', 'gated'] as const;
export type Source = (typeof SOURCES)[number];

/** `x` · σ(`by`), with σ(t) = 1 / (1 + 2^(−t · log2 e)). */
const timesSigmoid = (x: Local, by: Code, scratch: [Local, Local]): Code =>
  f32x4.div(x.get, f32x4.add(f32x4.splat(1), exp2(f32x4.mul(by, f32x4.splat(-Math.LOG2E)), ...scratch)));

const GELU = Math.sqrt(8 / Math.PI);
/** The argument of GELU's σ: √(8/π) · (x + 0.044715 x³). */
const geluArgument = (x: Local): Code =>
  f32x4.mul(
    x.get,
    f32x4.add(f32x4.splat(GELU), f32x4.mul(f32x4.splat(GELU * 0.044715), f32x4.mul(x.get, x.get))),
  );

/** GELU of `x`, tanh form. */
const geluOf = (x: Local, scratch: [Local, Local]): Code => timesSigmoid(x, geluArgument(x), scratch);

/** Quantizes row `row` of the `rows` rows of its group. `blocks` is at least 1. */
const quantizeRow = (source: Source) =>
  define(
    ['input', 'second', 'group', 'row', 'rows', 'blocks'],
    ['heads', 'integers', 'step'],
    [...PARTS, 'largest', 'factor'],
    (l) => {
      const { heads, integers, step, largest, factor } = l;
      const parts = PARTS.map((name) => l[name]);
      const part = (i: number): Code => parts[i]!.get;
      const rounded = (i: number): Code => f32x4.truncate(f32x4.nearest(f32x4.mul(part(i), factor.get)));
      const read = (x: Local, i: number): Code => {
        const loaded = x.set(v128.load(l.input.get, 16 * i));
        if (source === 'plain') return loaded;
        if (source === 'gelu') return [loaded, x.set(geluOf(x, [largest, factor]))];
        const silu = timesSigmoid(x, x.get, [largest, factor]);
        return [loaded, x.set(f32x4.mul(silu, v128.load(l.second.get, 16 * i)))];
      };
      const oneBlock = [
        parts.map(read),
        largest.set(f32x4.abs(part(0))),
        parts.slice(1).map((x) => largest.set(f32x4.max(largest.get, f32x4.abs(x.get)))),
        reduceLanes(largest, f32x4.max),
        v128.store32(heads.get, f32x4.mul(largest.get, f32x4.splat(1 / LARGEST))),
        // For a block of zeros ∞ · 0 is NaN, which truncates to 0.
        factor.set(f32x4.div(f32x4.splat(LARGEST), largest.get)),
        [0, 1, 2, 3].map((i) => parts[i]!.set(v128.narrow32(rounded(2 * i), rounded(2 * i + 1)))),
        [0, 1].map((i) => parts[i]!.set(v128.narrowSigned16(part(2 * i), part(2 * i + 1)))),
        v128.store(integers.get, part(0)),
        v128.store(integers.get, part(1), 16),
        largest.set(i16x8.add(v128.pairSignedBytes(part(0)), v128.pairSignedBytes(part(1)))),
        reduceLanes(largest, i16x8.add),
        v128.store32(i32.add(heads.get, i32.mul(l.rows.get, i32.const(4))), largest.get),
        increment(l.input, 4 * BLOCK),
        increment(l.second, 4 * BLOCK),
        increment(heads, step.get),
        increment(integers, step.get),
        l.blocks.set(i32.sub(l.blocks.get, i32.const(1))),
      ];
      return [
        step.set(i32.mul(l.rows.get, i32.const(ROW_BLOCK_BYTES))),
        heads.set(i32.add(l.group.get, i32.mul(l.row.get, i32.const(4)))),
        integers.set(
          i32.add(
            i32.add(l.group.get, i32.mul(l.rows.get, i32.const(8))),
            i32.mul(l.row.get, i32.const(BLOCK)),
          ),
        ),
        loop(oneBlock, lessThan(i32.const(0), l.blocks.get)),
      ];
    },
  );

/** Quantizes groups `from` … `to` − 1 of a matrix of `rows` rows; `source` is an index into SOURCES. */
const quantizeGroups = define(
  ['source', 'input', 'second', 'output', 'rows', 'blocks', 'from', 'to'],
  ['row', 'group', 'rowsInGroup', 'rowBytes'],
  [],
  (l) => {
    const { row, group, rowsInGroup, rowBytes } = l;
    const one = [
      switch_(l.source.get, [...SOURCES.keys()], (i) =>
        call(SOURCES[i]!, l.input.get, l.second.get, group.get, row.get, rowsInGroup.get, l.blocks.get),
      ),
      increment(l.input, rowBytes.get),
      increment(l.second, rowBytes.get),
      increment(row, 1),
    ];
    const groupOfRows = [
      rowsInGroup.set(min(i32.sub(l.rows.get, i32.mul(l.from.get, i32.const(ROWS))), i32.const(ROWS))),
      row.set(i32.const(0)),
      loop(one, lessThan(row.get, rowsInGroup.get)),
      increment(group, i32.mul(l.blocks.get, i32.const(ROWS * ROW_BLOCK_BYTES))),
      increment(l.from, 1),
    ];
    const skipped = i32.mul(l.from.get, i32.const(ROWS));
    return [
      rowBytes.set(i32.mul(l.blocks.get, i32.const(4 * BLOCK))),
      increment(l.input, i32.mul(skipped, rowBytes.get)),
      increment(l.second, i32.mul(skipped, rowBytes.get)),
      group.set(i32.add(l.output.get, i32.mul(i32.mul(skipped, l.blocks.get), i32.const(ROW_BLOCK_BYTES)))),
      loop(groupOfRows, lessThan(l.from.get, l.to.get)),
    ];
  },
);

export const quantizeKernel: Readonly<Record<string, Func>> = {
  ...Object.fromEntries(SOURCES.map((source) => [source, quantizeRow(source)])),
  quantizeGroups,
};
