/** The kernel that gathers rows of a table of 4-bit values and unpacks them to floats. */
import { type Code, define, type Func } from '../simd/assemble.ts';
import {
  f32x4,
  i16x8,
  i32,
  if_,
  increment,
  lessThan,
  loop,
  return_,
  select,
  v128,
} from '../simd/instructions.ts';
import { BLOCK } from './layout.ts';

const LOW_HALVES = v128.splat(i32.const(0x0f0f0f0f));
const PACKED_BYTES = BLOCK / 2;
const LANES = [0, 1, 2, 3, 4, 5, 6, 7];

/** The sixteen values of eight bytes from byte `first` on, in order. */
const interleaved = (low: Code, high: Code, first: number): Code =>
  v128.shuffle8(
    low,
    high,
    LANES.flatMap((lane) => [first + lane, 16 + first + lane]),
  );

/** Rows of the table for `count` indices. Returns whether every index is one of the table's; if one is not, the output is not complete. */
const gatherRows = define(
  ['indices', 'table', 'scales', 'zeros', 'parameters', 'output', 'count'],
  [...(['rows', 'blocks', 'chunks', 'row', 'at', 'scaleAt', 'zeroAt', 'block', 'chunk', 'sign'] as const)],
  ['loaded', 'low', 'high', 'mask', 'zero', 'scale'],
  (l) => {
    const { rows, blocks, chunks, row, at, scaleAt, zeroAt, block, chunk, sign } = l;
    const { loaded, low, high, mask, zero, scale } = l;
    const widen = [
      (half: Code) => v128.widenLow16(v128.widenLow8(half)),
      (half: Code) => v128.widenHigh16(v128.widenLow8(half)),
      (half: Code) => v128.widenLow16(v128.widenHigh8(half)),
      (half: Code) => v128.widenHigh16(v128.widenHigh8(half)),
    ];
    const store = (integers: Code, offset: number): Code =>
      v128.store(l.output.get, f32x4.mul(f32x4.sub(f32x4.convert(integers), zero.get), scale.get), offset);
    const oneChunk = [
      loaded.set(v128.load(at.get)),
      low.set(v128.and(loaded.get, mask.get)),
      high.set(v128.and(i16x8.shrUnsigned(loaded.get, i32.const(4)), mask.get)),
      [0, 1].map((half) => [
        loaded.set(interleaved(low.get, high.get, 8 * half)),
        widen.map((quarter, q) => store(quarter(loaded.get), 64 * half + 16 * q)),
      ]),
      increment(l.output, 4 * BLOCK),
      increment(at, PACKED_BYTES),
      chunk.set(i32.sub(chunk.get, i32.const(1))),
    ];
    const zeroPoint = i32.and(
      i32.shr(
        i32.load8(i32.add(zeroAt.get, i32.shr(block.get, i32.const(1)))),
        i32.mul(i32.and(block.get, i32.const(1)), i32.const(4)),
      ),
      i32.const(15),
    );
    const oneBlock = [
      zero.set(f32x4.convert(v128.splat(zeroPoint))),
      scale.set(v128.load32Splat(scaleAt.get, 0)),
      chunk.set(chunks.get),
      loop(oneChunk, lessThan(i32.const(0), chunk.get)),
      increment(scaleAt, 4),
      increment(block, 1),
    ];
    const oneRow = [
      row.set(i32.load(l.indices.get)),
      // The upper half of an index: 0, or −1 for one that counts from the end.
      sign.set(i32.load(l.indices.get, 4)),
      if_(lessThan(i32.const(1), i32.add(sign.get, i32.const(1))), return_(i32.const(0))),
      row.set(i32.add(row.get, select(sign.get, rows.get, i32.const(0)))),
      if_(i32.eq(lessThan(row.get, rows.get), i32.const(0)), return_(i32.const(0))),
      at.set(
        i32.add(
          l.table.get,
          i32.mul(row.get, i32.mul(i32.mul(blocks.get, chunks.get), i32.const(PACKED_BYTES))),
        ),
      ),
      scaleAt.set(i32.add(l.scales.get, i32.mul(row.get, i32.mul(blocks.get, i32.const(4))))),
      zeroAt.set(
        i32.add(l.zeros.get, i32.mul(row.get, i32.shr(i32.add(blocks.get, i32.const(1)), i32.const(1)))),
      ),
      block.set(i32.const(0)),
      loop(oneBlock, lessThan(block.get, blocks.get)),
      increment(l.indices, 8),
      l.count.set(i32.sub(l.count.get, i32.const(1))),
    ];
    return [
      rows.set(i32.load(l.parameters.get)),
      blocks.set(i32.load(l.parameters.get, 4)),
      chunks.set(i32.load(l.parameters.get, 8)),
      mask.set(LOW_HALVES),
      if_(lessThan(i32.const(0), l.count.get), loop(oneRow, lessThan(i32.const(0), l.count.get))),
      i32.const(1),
    ];
  },
  true,
);

export const gatherKernel: Readonly<Record<string, Func>> = { gatherRows };
