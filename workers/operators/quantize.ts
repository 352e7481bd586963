/** Rows of floats as the products read them: signed bytes with a scale for each granule. */
import { type Code, define, type Func, type Local } from '../simd/assemble.ts';
import {
  acrossLanes,
  call,
  f32x4,
  i16x8,
  i32,
  increase,
  lessThan,
  match,
  min,
  repeat,
  v128,
} from '../simd/instructions.ts';
import { GRANULE, ROW_GRANULE_BYTES, ROWS } from './layout.ts';
import { power } from './power.ts';

const LARGEST = 127;
const PARTS = ['x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7'] as const;

/** What the rows are of: the input itself, its GELU (by tanh), or the first input's SiLU times the second. */
export const SOURCES = ['plain', 'gelu', 'gated'] as const;
export type Source = (typeof SOURCES)[number];

/** `x` · σ(`by`), with σ(t) = 1 / (1 + 2^(−t · log2 e)). */
const timesSigmoid = (x: Local, by: Code, scratch: [Local, Local]): Code =>
  f32x4.div(x.get, f32x4.add(f32x4.splat(1), power(f32x4.mul(by, f32x4.splat(-Math.LOG2E)), ...scratch)));

const GELU = Math.sqrt(8 / Math.PI);
/** The argument of GELU's σ: √(8/π) · (x + 0.044715 x³). */
const geluArgument = (x: Local): Code =>
  f32x4.mul(
    x.get,
    f32x4.add(f32x4.splat(GELU), f32x4.mul(f32x4.splat(GELU * 0.044715), f32x4.mul(x.get, x.get))),
  );

/** One row, `row` of `rows` in its group. `granules`: at least one. */
const quantizeRow = (source: Source) =>
  define(
    ['input', 'second', 'group', 'row', 'rows', 'granules'],
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
        if (source === 'gelu') return [loaded, x.set(timesSigmoid(x, geluArgument(x), [largest, factor]))];
        const silu = timesSigmoid(x, x.get, [largest, factor]);
        return [loaded, x.set(f32x4.mul(silu, v128.load(l.second.get, 16 * i)))];
      };
      const granule = [
        parts.map(read),
        largest.set(f32x4.abs(part(0))),
        parts.slice(1).map((x) => largest.set(f32x4.max(largest.get, f32x4.abs(x.get)))),
        acrossLanes(largest, f32x4.max),
        v128.store32(heads.get, f32x4.mul(largest.get, f32x4.splat(1 / LARGEST))),
        // A granule of zeros has no factor (∞ · 0): not a number, hence 0 as an integer.
        factor.set(f32x4.div(f32x4.splat(LARGEST), largest.get)),
        [0, 1, 2, 3].map((i) => parts[i]!.set(v128.narrow32(rounded(2 * i), rounded(2 * i + 1)))),
        [0, 1].map((i) => parts[i]!.set(v128.narrowSigned16(part(2 * i), part(2 * i + 1)))),
        v128.store(integers.get, part(0)),
        v128.store(integers.get, part(1), 16),
        largest.set(i16x8.add(v128.pairSignedBytes(part(0)), v128.pairSignedBytes(part(1)))),
        acrossLanes(largest, i16x8.add),
        v128.store32(i32.add(heads.get, i32.mul(l.rows.get, i32.const(4))), largest.get),
        increase(l.input, 4 * GRANULE),
        increase(l.second, 4 * GRANULE),
        increase(heads, step.get),
        increase(integers, step.get),
        l.granules.set(i32.sub(l.granules.get, i32.const(1))),
      ];
      return [
        step.set(i32.mul(l.rows.get, i32.const(ROW_GRANULE_BYTES))),
        heads.set(i32.add(l.group.get, i32.mul(l.row.get, i32.const(4)))),
        integers.set(
          i32.add(
            i32.add(l.group.get, i32.mul(l.rows.get, i32.const(8))),
            i32.mul(l.row.get, i32.const(GRANULE)),
          ),
        ),
        repeat(granule, lessThan(i32.const(0), l.granules.get)),
      ];
    },
  );

/** Groups `from` … `to` − 1 of a matrix of `rows` rows; `source` is a position in SOURCES. */
const quantizeGroups = define(
  ['source', 'input', 'second', 'output', 'rows', 'granules', 'from', 'to'],
  ['row', 'group', 'inGroup', 'rowBytes'],
  [],
  (l) => {
    const { row, group, inGroup, rowBytes } = l;
    const one = [
      match(l.source.get, [...SOURCES.keys()], (i) =>
        call(SOURCES[i]!, l.input.get, l.second.get, group.get, row.get, inGroup.get, l.granules.get),
      ),
      increase(l.input, rowBytes.get),
      increase(l.second, rowBytes.get),
      increase(row, 1),
    ];
    const groupOfRows = [
      inGroup.set(min(i32.sub(l.rows.get, i32.mul(l.from.get, i32.const(ROWS))), i32.const(ROWS))),
      row.set(i32.const(0)),
      repeat(one, lessThan(row.get, inGroup.get)),
      increase(group, i32.mul(l.granules.get, i32.const(ROWS * ROW_GRANULE_BYTES))),
      increase(l.from, 1),
    ];
    const skipped = i32.mul(l.from.get, i32.const(ROWS));
    return [
      rowBytes.set(i32.mul(l.granules.get, i32.const(4 * GRANULE))),
      increase(l.input, i32.mul(skipped, rowBytes.get)),
      increase(l.second, i32.mul(skipped, rowBytes.get)),
      group.set(
        i32.add(l.output.get, i32.mul(i32.mul(skipped, l.granules.get), i32.const(ROW_GRANULE_BYTES))),
      ),
      repeat(groupOfRows, lessThan(l.from.get, l.to.get)),
    ];
  },
);

export const quantizing: Readonly<Record<string, Func>> = {
  ...Object.fromEntries(SOURCES.map((source) => [source, quantizeRow(source)])),
  quantizeGroups,
};
