/** Products of quantised rows with weights of few bits: integers within a granule, floats across them. */
import { type Code, define, type Func, type Local } from '../simd/assemble.ts';
import {
  call,
  f32x4,
  i16x8,
  i32,
  inBytes,
  increase,
  lessThan,
  match,
  min,
  relaxed,
  repeat,
  v128,
  when,
} from '../simd/instructions.ts';
import {
  BIAS_BYTES,
  GRANULE,
  granuleBytes,
  HEAD_BYTES,
  ROW_GRANULE_BYTES,
  ROWS,
  SCALES_BYTES,
  TILE,
  type WeightBits,
  ZEROS_BYTES,
} from './layout.ts';

const LOW_HALVES = v128.splat(i32.const(0x0f0f0f0f));
const LOW_BYTES = v128.splat(i32.const(0x00ff00ff));
const EIGHT = i32.const(8);
const BITS: readonly WeightBits[] = [4, 7];
const HEIGHTS = [1, 2, 3, ROWS] as const;
const tileName = (rows: number, bits: WeightBits) => `tile${rows}of${bits}`;

interface Dot {
  /** Products of signed bytes with bytes of 0 … 127, neighbours added, to 16-bit lanes. */
  pairs(signed: Code, unsigned: Code): Code;
  /** The same, four neighbours added and added to 32-bit lanes. */
  addFours(signed: Code, unsigned: Code, sums: Code): Code;
}

const relaxedDot: Dot = { pairs: relaxed.dotPairs, addFours: relaxed.addDotFours };

/** What relaxed SIMD has as one instruction each; equal to the last bit. */
const plainDot: Dot = {
  pairs: (signed, unsigned) =>
    i16x8.add(
      i16x8.mul(i16x8.shr(i16x8.shl(signed, EIGHT), EIGHT), v128.and(unsigned, LOW_BYTES)),
      i16x8.mul(i16x8.shr(signed, EIGHT), i16x8.shrUnsigned(unsigned, EIGHT)),
    ),
  addFours: (signed, unsigned, sums) => v128.add(sums, v128.pairSigned16(plainDot.pairs(signed, unsigned))),
};

const SUMS = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7'] as const;
const INTEGERS = ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7'] as const;

/** Of a row and four output channels: the sum in floats, and the granule's in integers. */
interface Cell {
  row: number;
  /** 0: channels 0 … 3 of the tile, 1: 4 … 7. */
  half: number;
  sum: Local;
  integers: Local;
}

interface Granule {
  rows: number;
  dot: Dot;
  activations: Local;
  weights: Local;
  cells: readonly Cell[];
  scratch: Readonly<Record<'loaded' | 'low' | 'high' | 'mask', Local>>;
}

const WEIGHTS_AT = SCALES_BYTES + ZEROS_BYTES;
const pairOf = ({ activations, rows }: Granule, { row }: Cell): Code =>
  v128.load32Splat(activations.get, 4 * rows + 4 * row);
const zerosOf = ({ weights }: Granule, { half }: Cell): Code =>
  v128.loadSigned8x8(weights.get, SCALES_BYTES + (ZEROS_BYTES / 2) * half);
/** Positions 4 `s` … 4 `s` + 3 of a row, in every channel's place. */
const fourOf = ({ activations, rows }: Granule, row: number, s: number): Code =>
  v128.load32Splat(activations.get, 8 * rows + GRANULE * row + 4 * s);
const steps = Array.from({ length: GRANULE / 4 }, (_, s) => s);

/**
 * The integers of a granule, as 32-bit lanes: those of 4 bits first fit 16-bit lanes, two for each channel, of 16 products of
 * magnitude 15 · 127 at most, the zero point included.
 */
const INTEGERS_OF: Readonly<Record<WeightBits, (granule: Granule) => Code>> = {
  4: (granule) => {
    const { cells, dot, weights, scratch } = granule;
    const { loaded, low, high, mask } = scratch;
    const step = (s: number): Code => [
      loaded.set(v128.load(weights.get, WEIGHTS_AT + 16 * s)),
      low.set(v128.and(loaded.get, mask.get)),
      high.set(v128.and(i16x8.shrUnsigned(loaded.get, i32.const(4)), mask.get)),
      cells.map(({ row, half, integers }) => [
        half === 0 ? loaded.set(fourOf(granule, row, s)) : [],
        integers.set(i16x8.add(integers.get, dot.pairs(loaded.get, (half === 0 ? low : high).get))),
      ]),
    ];
    return [
      cells.map((cell) => cell.integers.set(i16x8.mul(pairOf(granule, cell), zerosOf(granule, cell)))),
      steps.map(step),
      cells.map(({ integers }) => integers.set(v128.pairSigned16(integers.get))),
    ];
  },
  7: (granule) => {
    const { cells, dot, weights, scratch } = granule;
    const { loaded, low, high } = scratch;
    const step = (s: number): Code => [
      low.set(v128.load(weights.get, WEIGHTS_AT + 32 * s)),
      high.set(v128.load(weights.get, WEIGHTS_AT + 32 * s + 16)),
      cells.map(({ row, half, integers }) => [
        half === 0 ? loaded.set(fourOf(granule, row, s)) : [],
        integers.set(dot.addFours(loaded.get, (half === 0 ? low : high).get, integers.get)),
      ]),
    ];
    return [
      cells.map((cell) => cell.integers.set(v128.dot(pairOf(granule, cell), zerosOf(granule, cell)))),
      steps.map(step),
    ];
  },
};

/** A group of `rows` rows times a tile of eight output channels. */
const tile = (rows: number, bits: WeightBits, dot: Dot) =>
  define(
    ['activations', 'weights', 'granules', 'output', 'stride'],
    [],
    [...SUMS, ...INTEGERS, 'loaded', 'low', 'high', 'mask'],
    (l) => {
      const { activations, weights } = l;
      const cells = Array.from({ length: 2 * rows }, (_, i) => ({
        row: i >> 1,
        half: i & 1,
        sum: l[SUMS[i]!],
        integers: l[INTEGERS[i]!],
      }));
      const granule = [
        INTEGERS_OF[bits]({ rows, dot, activations, weights, cells, scratch: l }),
        cells.map(({ row, half, sum, integers }) => {
          const scale = f32x4.mul(
            v128.load(weights.get, 16 * half),
            v128.load32Splat(activations.get, 4 * row),
          );
          return sum.set(f32x4.add(sum.get, f32x4.mul(f32x4.convert(integers.get), scale)));
        }),
        increase(weights, granuleBytes(bits)),
        increase(activations, rows * ROW_GRANULE_BYTES),
        l.granules.set(i32.sub(l.granules.get, i32.const(1))),
      ];
      return [
        l.mask.set(LOW_HALVES),
        cells.map(({ half, sum }) => sum.set(v128.load(weights.get, 16 * half))),
        increase(weights, BIAS_BYTES),
        repeat(granule, lessThan(i32.const(0), l.granules.get)),
        cells.map(({ half, sum }) => [
          v128.store(l.output.get, sum.get, 16 * half),
          half === 1 ? increase(l.output, l.stride.get) : [],
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
      'bits',
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
    const { n, granules, bits, tileBytes, groupBytes, stride, at, group, left, inGroup } = l;
    const { valid, target, cells, cellStride, row, column } = l;
    const heights = match(bits.get, BITS, (ofBits) =>
      match(inGroup.get, HEIGHTS, (rows) =>
        call(tileName(rows, ofBits), group.get, at.get, granules.get, cells.get, cellStride.get),
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
      bits.set(i32.load(l.weights.get, 8)),
      stride.set(inBytes(n.get)),
      match(bits.get, BITS, (ofBits) =>
        tileBytes.set(i32.add(i32.const(BIAS_BYTES), i32.mul(granules.get, i32.const(granuleBytes(ofBits))))),
      ),
      groupBytes.set(i32.mul(granules.get, i32.const(ROWS * ROW_GRANULE_BYTES))),
      at.set(i32.add(i32.add(l.weights.get, i32.const(HEAD_BYTES)), i32.mul(l.from.get, tileBytes.get))),
      repeat(oneTile, lessThan(l.from.get, l.to.get)),
    ];
  },
);

/** @param hasRelaxed whether the engine has relaxed SIMD */
export function multiplying(hasRelaxed: boolean): Readonly<Record<string, Func>> {
  const dot = hasRelaxed ? relaxedDot : plainDot;
  const tiles = BITS.flatMap((bits) =>
    HEIGHTS.map((rows) => [tileName(rows, bits), tile(rows, bits, dot)] as const),
  );
  return { ...Object.fromEntries(tiles), multiplyTiles };
}
