/** Rows of floats as the products read them: signed bytes with a scale for each granule. */
import { type Code, define, type Func } from '../simd/assemble.ts';
import { call, f32x4, i16x8, i32, increase, lessThan, min, repeat, v128 } from '../simd/instructions.ts';
import { GRANULE, ROW_GRANULE_BYTES, ROWS } from './layout.ts';

const LARGEST = 127;
const PARTS = ['x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7'] as const;

/** One row, `row` of `rows` in its group. `granules`: at least one. */
const quantizeRow = define(
  ['input', 'group', 'row', 'rows', 'granules'],
  ['heads', 'integers', 'step'],
  [...PARTS, 'largest', 'factor'],
  (l) => {
    const { heads, integers, step, largest, factor } = l;
    const parts = PARTS.map((name) => l[name]);
    const turned = (by: number) =>
      v128.shuffle16(
        largest.get,
        largest.get,
        Array.from({ length: 8 }, (_, lane) => (lane + by) % 8),
      );
    const part = (i: number): Code => parts[i]!.get;
    const rounded = (i: number): Code => f32x4.truncate(f32x4.nearest(f32x4.mul(part(i), factor.get)));
    const granule = [
      parts.map((x, i) => x.set(v128.load(l.input.get, 16 * i))),
      largest.set(f32x4.abs(part(0))),
      parts.slice(1).map((x) => largest.set(f32x4.max(largest.get, f32x4.abs(x.get)))),
      largest.set(f32x4.max(largest.get, turned(4))),
      largest.set(f32x4.max(largest.get, turned(2))),
      v128.store32(heads.get, f32x4.mul(largest.get, f32x4.splat(1 / LARGEST))),
      // A granule of zeros has no factor (∞ · 0): not a number, hence 0 as an integer.
      factor.set(f32x4.div(f32x4.splat(LARGEST), largest.get)),
      [0, 1, 2, 3].map((i) => parts[i]!.set(v128.narrow32(rounded(2 * i), rounded(2 * i + 1)))),
      [0, 1].map((i) => parts[i]!.set(v128.narrowSigned16(part(2 * i), part(2 * i + 1)))),
      v128.store(integers.get, part(0)),
      v128.store(integers.get, part(1), 16),
      largest.set(i16x8.add(v128.pairSignedBytes(part(0)), v128.pairSignedBytes(part(1)))),
      largest.set(i16x8.add(largest.get, turned(4))),
      largest.set(i16x8.add(largest.get, turned(2))),
      v128.store32(i32.add(heads.get, i32.mul(l.rows.get, i32.const(4))), largest.get),
      increase(l.input, 4 * GRANULE),
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

/** Groups `from` … `to` − 1 of a matrix of `rows` rows. */
const quantizeGroups = define(
  ['input', 'output', 'rows', 'granules', 'from', 'to'],
  ['row', 'group', 'inGroup'],
  [],
  (l) => {
    const { row, group, inGroup } = l;
    const one = [
      call('quantizeRow', l.input.get, group.get, row.get, inGroup.get, l.granules.get),
      increase(l.input, i32.mul(l.granules.get, i32.const(4 * GRANULE))),
      increase(row, 1),
    ];
    const groupOfRows = [
      inGroup.set(min(i32.sub(l.rows.get, i32.mul(l.from.get, i32.const(ROWS))), i32.const(ROWS))),
      row.set(i32.const(0)),
      repeat(one, lessThan(row.get, inGroup.get)),
      increase(group, i32.mul(l.granules.get, i32.const(ROWS * ROW_GRANULE_BYTES))),
      increase(l.from, 1),
    ];
    const skipped = i32.mul(i32.mul(l.from.get, l.granules.get), i32.const(ROWS));
    return [
      increase(l.input, i32.mul(skipped, i32.const(4 * GRANULE))),
      group.set(i32.add(l.output.get, i32.mul(skipped, i32.const(ROW_GRANULE_BYTES)))),
      repeat(groupOfRows, lessThan(l.from.get, l.to.get)),
    ];
  },
);

export const quantizing: Readonly<Record<string, Func>> = { quantizeRow, quantizeGroups };
