/** The matmul kernel: quantized rows times 4- or 7-bit weights, summed in integers within a block and in floats across blocks. */
import { type Code, define, type Func, type Local } from '../simd/assemble.ts';
import {
  call,
  f32x4,
  i16x8,
  i32,
  if_,
  inBytes,
  increment,
  lessThan,
  loop,
  min,
  switch_,
  v128,
} from '../simd/instructions.ts';
import type { Dot } from './dot.ts';
import {
  BIAS_BYTES,
  BLOCK,
  blockBytes,
  HEADER_BYTES,
  ROW_BLOCK_BYTES,
  ROWS,
  SCALES_BYTES,
  TILE,
  type WeightBits,
  ZEROS_BYTES,
} from './layout.ts';

const LOW_HALVES = v128.splat(i32.const(0x0f0f0f0f));
const BITS: readonly WeightBits[] = [4, 7];
const ROW_COUNTS = [1, 2, 3, ROWS] as const;
const tileName = (rows: number, bits: WeightBits) => `tile${rows}of${bits}`;

const SUMS = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7'] as const;
const INTEGERS = ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7'] as const;

/** Accumulators of one row and four output channels: the total in floats, and the current block in integers. */
interface Cell {
  row: number;
  /** 0: channels 0 … 3 of the tile, 1: 4 … 7. */
  half: number;
  sum: Local;
  integers: Local;
}

interface Block {
  rows: number;
  dot: Dot;
  activations: Local;
  weights: Local;
  cells: readonly Cell[];
  scratch: Readonly<Record<'loaded' | 'low' | 'high' | 'mask', Local>>;
}

const WEIGHTS_AT = SCALES_BYTES + ZEROS_BYTES;
const pairOf = ({ activations, rows }: Block, { row }: Cell): Code =>
  v128.load32Splat(activations.get, 4 * rows + 4 * row);
const zerosOf = ({ weights }: Block, { half }: Cell): Code =>
  v128.loadSigned8x8(weights.get, SCALES_BYTES + (ZEROS_BYTES / 2) * half);
/** Positions 4 `s` … 4 `s` + 3 of a row, repeated for every channel. */
const fourOf = ({ activations, rows }: Block, row: number, s: number): Code =>
  v128.load32Splat(activations.get, 8 * rows + BLOCK * row + 4 * s);
const steps = Array.from({ length: BLOCK / 4 }, (_, s) => s);

/** Loads the weights of four positions: channels 0 … 3 to `low`, 4 … 7 to `high`. */
const LOAD_WEIGHTS: Readonly<Record<WeightBits, (block: Block, s: number) => Code>> = {
  4: ({ weights, scratch: { loaded, low, high, mask } }, s) => [
    loaded.set(v128.load(weights.get, WEIGHTS_AT + 16 * s)),
    low.set(v128.and(loaded.get, mask.get)),
    high.set(v128.and(i16x8.shrUnsigned(loaded.get, i32.const(4)), mask.get)),
  ],
  7: ({ weights, scratch: { low, high } }, s) => [
    low.set(v128.load(weights.get, WEIGHTS_AT + 32 * s)),
    high.set(v128.load(weights.get, WEIGHTS_AT + 32 * s + 16)),
  ],
};

/** The integer sums of a block, in 32-bit lanes. */
function integersOf(bits: WeightBits, block: Block): Code {
  const { cells, dot, scratch } = block;
  const { loaded, low, high } = scratch;
  // With 4 bits, two 16-bit lanes for each channel suffice at first: 16 products of magnitude at most 15 · 127 each, including the zero point.
  const isInPairs = bits === 4 && !dot.isFused;
  const add = (activations: Code, weights: Code, sums: Code): Code =>
    isInPairs ? i16x8.add(sums, dot.pairs(activations, weights)) : dot.addFours(activations, weights, sums);
  const start = isInPairs ? i16x8.mul : v128.dot;
  return [
    cells.map((cell) => cell.integers.set(start(pairOf(block, cell), zerosOf(block, cell)))),
    steps.map((s) => [
      LOAD_WEIGHTS[bits](block, s),
      cells.map(({ row, half, integers }) => [
        half === 0 ? loaded.set(fourOf(block, row, s)) : [],
        integers.set(add(loaded.get, (half === 0 ? low : high).get, integers.get)),
      ]),
    ]),
    isInPairs ? cells.map(({ integers }) => integers.set(v128.pairSigned16(integers.get))) : [],
  ];
}

/** A group of `rows` rows times a tile of eight output channels. */
const tile = (rows: number, bits: WeightBits, dot: Dot) =>
  define(
    ['activations', 'weights', 'blocks', 'output', 'stride'],
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
      const block = [
        integersOf(bits, { rows, dot, activations, weights, cells, scratch: l }),
        cells.map(({ row, half, sum, integers }) => {
          const scale = f32x4.mul(
            v128.load(weights.get, 16 * half),
            v128.load32Splat(activations.get, 4 * row),
          );
          return sum.set(f32x4.add(sum.get, f32x4.mul(f32x4.convert(integers.get), scale)));
        }),
        increment(weights, blockBytes(bits)),
        increment(activations, rows * ROW_BLOCK_BYTES),
        l.blocks.set(i32.sub(l.blocks.get, i32.const(1))),
      ];
      return [
        l.mask.set(LOW_HALVES),
        cells.map(({ half, sum }) => sum.set(v128.load(weights.get, 16 * half))),
        increment(weights, BIAS_BYTES),
        loop(block, lessThan(i32.const(0), l.blocks.get)),
        cells.map(({ half, sum }) => [
          v128.store(l.output.get, sum.get, 16 * half),
          half === 1 ? increment(l.output, l.stride.get) : [],
        ]),
      ];
    },
  );

/** Tiles `from` … `to` − 1 of the output, for all `rows` rows. `partial` is a buffer for a tile that only partly fits the output. */
const matmulTiles = define(
  ['activations', 'weights', 'output', 'rows', 'from', 'to', 'partial'],
  [
    ...([
      'n',
      'blocks',
      'bits',
      'tileBytes',
      'groupBytes',
      'stride',
      'at',
      'group',
      'left',
      'rowsInGroup',
    ] as const),
    ...(['valid', 'target', 'cells', 'cellStride', 'row', 'column'] as const),
  ],
  [],
  (l) => {
    const { n, blocks, bits, tileBytes, groupBytes, stride, at, group, left, rowsInGroup } = l;
    const { valid, target, cells, cellStride, row, column } = l;
    const byRows = switch_(bits.get, BITS, (ofBits) =>
      switch_(rowsInGroup.get, ROW_COUNTS, (rows) =>
        call(tileName(rows, ofBits), group.get, at.get, blocks.get, cells.get, cellStride.get),
      ),
    );
    const copyRow = [
      column.set(i32.const(0)),
      loop(
        [
          i32.store(
            i32.add(i32.add(target.get, i32.mul(row.get, stride.get)), inBytes(column.get)),
            i32.load(
              i32.add(i32.add(l.partial.get, i32.mul(row.get, i32.const(4 * TILE))), inBytes(column.get)),
            ),
          ),
          increment(column, 1),
        ],
        lessThan(column.get, valid.get),
      ),
      increment(row, 1),
    ];
    const isPartial = lessThan(valid.get, i32.const(TILE));
    const groupOfRows = [
      rowsInGroup.set(min(left.get, i32.const(ROWS))),
      [cells.set(target.get), cellStride.set(stride.get)],
      if_(isPartial, [cells.set(l.partial.get), cellStride.set(i32.const(4 * TILE))]),
      byRows,
      if_(isPartial, [row.set(i32.const(0)), loop(copyRow, lessThan(row.get, rowsInGroup.get))]),
      increment(group, groupBytes.get),
      increment(target, i32.mul(stride.get, i32.const(ROWS))),
      left.set(i32.sub(left.get, rowsInGroup.get)),
    ];
    const oneTile = [
      valid.set(min(i32.sub(n.get, i32.mul(l.from.get, i32.const(TILE))), i32.const(TILE))),
      target.set(i32.add(l.output.get, i32.mul(l.from.get, i32.const(4 * TILE)))),
      group.set(l.activations.get),
      left.set(l.rows.get),
      loop(groupOfRows, lessThan(i32.const(0), left.get)),
      increment(at, tileBytes.get),
      increment(l.from, 1),
    ];
    return [
      n.set(i32.load(l.weights.get)),
      blocks.set(i32.load(l.weights.get, 4)),
      bits.set(i32.load(l.weights.get, 8)),
      stride.set(inBytes(n.get)),
      switch_(bits.get, BITS, (ofBits) =>
        tileBytes.set(i32.add(i32.const(BIAS_BYTES), i32.mul(blocks.get, i32.const(blockBytes(ofBits))))),
      ),
      groupBytes.set(i32.mul(blocks.get, i32.const(ROWS * ROW_BLOCK_BYTES))),
      at.set(i32.add(i32.add(l.weights.get, i32.const(HEADER_BYTES)), i32.mul(l.from.get, tileBytes.get))),
      loop(oneTile, lessThan(l.from.get, l.to.get)),
    ];
  },
);

export function matmulKernel(dot: Dot): Readonly<Record<string, Func>> {
  const tiles = BITS.flatMap((bits) =>
    ROW_COUNTS.map((rows) => [tileName(rows, bits), tile(rows, bits, dot)] as const),
  );
  return { ...Object.fromEntries(tiles), matmulTiles };
}
