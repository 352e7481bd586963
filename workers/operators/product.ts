/** Products of quantised rows with 4-bit weights: integers within a granule, floats across them. */
import { type Code, define, type Func, type Local } from '../simd/assemble.ts';
import {
  call,
  f32x4,
  i16x8,
  i32,
  increase,
  lessThan,
  min,
  repeat,
  v128,
  when,
} from '../simd/instructions.ts';
import {
  BIAS_BYTES,
  GRANULE,
  HEAD_BYTES,
  PLANE_BYTES,
  ROW_GRANULE_BYTES,
  ROWS,
  SCALES_BYTES,
  TILE,
  ZEROS_BYTES,
} from './layout.ts';

const LOW_HALVES = v128.splat(i32.const(0x0f0f0f0f));
const LOW_BYTES = v128.splat(i32.const(0x00ff00ff));
const EIGHT = i32.const(8);

type Dot = (signed: Code, unsigned: Code) => Code;

/** What relaxed SIMD has as one instruction; equal to the last bit. */
const plainDot: Dot = (signed, unsigned) =>
  i16x8.add(
    i16x8.mul(i16x8.shr(i16x8.shl(signed, EIGHT), EIGHT), v128.and(unsigned, LOW_BYTES)),
    i16x8.mul(i16x8.shr(signed, EIGHT), i16x8.shrUnsigned(unsigned, EIGHT)),
  );

const SUMS = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7'] as const;
const INTEGERS = ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7'] as const;

/**
 * A group of `rows` rows times a tile of eight output channels, channels 0 … 3 and 4 … 7 each in a vector. Within a granule
 * 16-bit lanes suffice: two for each channel, of 16 products of magnitude 15 · 127 at most, the zero point included.
 */
const tile = (rows: number, dot: Dot) =>
  define(
    ['activations', 'weights', 'granules', 'planes', 'output', 'stride'],
    ['plane'],
    [...SUMS, ...INTEGERS, 'loaded', 'low', 'high', 'mask'],
    (l) => {
      const { activations, weights, plane, loaded, low, high, mask } = l;
      const cells = Array.from({ length: 2 * rows }, (_, i) => ({
        row: i >> 1,
        half: i & 1,
        sum: l[SUMS[i]!],
        integers: l[INTEGERS[i]!],
      }));
      const step = (s: number): Code => [
        loaded.set(v128.load(weights.get, SCALES_BYTES + ZEROS_BYTES + 16 * s)),
        low.set(v128.and(loaded.get, mask.get)),
        high.set(v128.and(i16x8.shrUnsigned(loaded.get, i32.const(4)), mask.get)),
        Array.from({ length: rows }, (_, row) => {
          const [first, second] = [cells[2 * row]!.integers, cells[2 * row + 1]!.integers];
          const add = (sum: Local, nibbles: Local) =>
            sum.set(i16x8.add(sum.get, dot(loaded.get, nibbles.get)));
          return [
            loaded.set(v128.load32Splat(activations.get, 8 * rows + GRANULE * row + 4 * s)),
            add(first, low),
            add(second, high),
          ];
        }),
      ];
      const onePlane = [
        cells.map(({ row, half, integers }) =>
          integers.set(
            i16x8.mul(
              v128.load32Splat(activations.get, 4 * rows + 4 * row),
              v128.loadSigned8x8(weights.get, SCALES_BYTES + (ZEROS_BYTES / 2) * half),
            ),
          ),
        ),
        Array.from({ length: GRANULE / 4 }, (_, s) => step(s)),
        cells.map(({ row, half, sum, integers }) =>
          sum.set(
            f32x4.add(
              sum.get,
              f32x4.mul(
                f32x4.convert(v128.pairSigned16(integers.get)),
                f32x4.mul(v128.load(weights.get, 16 * half), v128.load32Splat(activations.get, 4 * row)),
              ),
            ),
          ),
        ),
        increase(weights, PLANE_BYTES),
        increase(plane, 1),
      ];
      const granule = [
        plane.set(i32.const(0)),
        repeat(onePlane, lessThan(plane.get, l.planes.get)),
        increase(activations, rows * ROW_GRANULE_BYTES),
        l.granules.set(i32.sub(l.granules.get, i32.const(1))),
      ];
      return [
        mask.set(LOW_HALVES),
        cells.map(({ half, sum }) => sum.set(v128.load(weights.get, 16 * half))),
        increase(weights, BIAS_BYTES),
        repeat(granule, lessThan(i32.const(0), l.granules.get)),
        Array.from({ length: rows }, (_, row) => [
          v128.store(l.output.get, cells[2 * row]!.sum.get),
          v128.store(l.output.get, cells[2 * row + 1]!.sum.get, 16),
          increase(l.output, l.stride.get),
        ]),
      ];
    },
  );

/** Tiles `from` … `to` − 1 of the product of `rows` rows. `edge`: room for a group's tile of which the output has only a part. */
const multiplyTiles = define(
  ['activations', 'weights', 'output', 'rows', 'from', 'to', 'edge'],
  [
    ...([
      'n',
      'granules',
      'planes',
      'tileBytes',
      'groupBytes',
      'stride',
      'at',
      'group',
      'left',
      'inGroup',
    ] as const),
    ...(['valid', 'target', 'cells', 'cellStride', 'row', 'column'] as const),
  ],
  [],
  (l) => {
    const { n, granules, planes, tileBytes, groupBytes, stride, at, group, left, inGroup } = l;
    const { valid, target, cells, cellStride, row, column } = l;
    const inBytes = (words: Code) => i32.mul(words, i32.const(4));
    const heights = Array.from({ length: ROWS }, (_, i) =>
      when(
        i32.equal(inGroup.get, i32.const(i + 1)),
        call(`tile${i + 1}`, group.get, at.get, granules.get, planes.get, cells.get, cellStride.get),
      ),
    );
    const copyRow = [
      column.set(i32.const(0)),
      repeat(
        [
          i32.store(
            i32.add(i32.add(target.get, i32.mul(row.get, stride.get)), inBytes(column.get)),
            i32.load(
              i32.add(i32.add(l.edge.get, i32.mul(row.get, i32.const(4 * TILE))), inBytes(column.get)),
            ),
          ),
          increase(column, 1),
        ],
        lessThan(column.get, valid.get),
      ),
      increase(row, 1),
    ];
    const isEdge = lessThan(valid.get, i32.const(TILE));
    const groupOfRows = [
      inGroup.set(min(left.get, i32.const(ROWS))),
      [cells.set(target.get), cellStride.set(stride.get)],
      when(isEdge, [cells.set(l.edge.get), cellStride.set(i32.const(4 * TILE))]),
      heights,
      when(isEdge, [row.set(i32.const(0)), repeat(copyRow, lessThan(row.get, inGroup.get))]),
      increase(group, groupBytes.get),
      increase(target, i32.mul(stride.get, i32.const(ROWS))),
      left.set(i32.sub(left.get, inGroup.get)),
    ];
    const oneTile = [
      valid.set(min(i32.sub(n.get, i32.mul(l.from.get, i32.const(TILE))), i32.const(TILE))),
      target.set(i32.add(l.output.get, i32.mul(l.from.get, i32.const(4 * TILE)))),
      group.set(l.activations.get),
      left.set(l.rows.get),
      repeat(groupOfRows, lessThan(i32.const(0), left.get)),
      increase(at, tileBytes.get),
      increase(l.from, 1),
    ];
    return [
      n.set(i32.load(l.weights.get)),
      granules.set(i32.load(l.weights.get, 4)),
      planes.set(i32.load(l.weights.get, 8)),
      stride.set(inBytes(n.get)),
      tileBytes.set(
        i32.add(i32.const(BIAS_BYTES), i32.mul(i32.mul(granules.get, planes.get), i32.const(PLANE_BYTES))),
      ),
      groupBytes.set(i32.mul(granules.get, i32.const(ROWS * ROW_GRANULE_BYTES))),
      at.set(i32.add(i32.add(l.weights.get, i32.const(HEAD_BYTES)), i32.mul(l.from.get, tileBytes.get))),
      repeat(oneTile, lessThan(l.from.get, l.to.get)),
    ];
  },
);

/** @param relaxed whether the engine has relaxed SIMD */
export function multiplying(relaxed: boolean): Readonly<Record<string, Func>> {
  const dot = relaxed ? i16x8.dotBytes : plainDot;
  const heights = Array.from({ length: ROWS }, (_, i) => [`tile${i + 1}`, tile(i + 1, dot)] as const);
  return { ...Object.fromEntries(heights), multiplyTiles };
}
