/**
 * The convolution kernel: patches of the input are quantized as the rows of a matmul are, four positions at a time, and multiplied by the
 * packed weights; what comes out is activated and stored in planes. Nothing but a few positions of a thread is ever held in this form.
 */
import { type Code, define, type Func, type Local } from '../simd/assemble.ts';
import {
  call,
  ceilDiv,
  f32x4,
  i16x8,
  i32,
  if_,
  increment,
  lessThan,
  loop,
  min,
  not,
  switch_,
  v128,
  ZERO,
} from '../simd/instructions.ts';
import { BIAS_BYTES, BLOCK, blockBytes, HEADER_BYTES, ROW_BLOCK_BYTES, ROWS, TILE } from './layout.ts';
import { geluOf, LARGEST } from './quantize.ts';

/** Fields that describe a convolution to its jobs: addresses, and sizes in elements (`values`: those of a patch). */
export const CONVOLUTION = [
  ...(['input', 'weights', 'output', 'scratch', 'scratchBytes', 'activation'] as const),
  ...(['channels', 'height', 'width', 'kernelHeight', 'kernelWidth', 'strideY', 'strideX'] as const),
  ...(['padTop', 'padLeft', 'outWidth', 'positions', 'outChannels', 'values', 'blocks'] as const),
] as const;
export type ConvolutionField = (typeof CONVOLUTION)[number];

/** What a convolution's node tells, in 32-bit words. */
export const CONVOLUTION_WORDS = [
  ...(['kernelHeight', 'kernelWidth', 'strideY', 'strideX', 'padTop', 'padLeft'] as const),
  ...(['padBottom', 'padRight', 'activation'] as const),
] as const;

/** What is done with a result. */
export const ACTIVATIONS = ['none', 'relu', 'gelu'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** Groups of four positions that a thread quantizes before it multiplies: the weights are read once for all of them. */
const GROUPS = 8;
export const UNIT_POSITIONS = ROWS * GROUPS;
const GROUP_BLOCK_BYTES = ROWS * ROW_BLOCK_BYTES;
const PATCH_BYTES = 16 * BLOCK;
const CELL_BYTES = 4 * ROWS * TILE;
/** Scratch: offsets of a patch's values, then for each job a block of a patch in floats, a tile of results, and quantized groups. */
export const offsetsBytes = (values: Code): Code => i32.mul(ceilDiv(values, 4), i32.const(16));
export const jobScratchBytes = (blocks: Code): Code =>
  i32.add(i32.const(PATCH_BYTES + CELL_BYTES), i32.mul(blocks, i32.const(GROUPS * GROUP_BLOCK_BYTES)));

const fieldOf =
  (fields: Local) =>
  (name: ConvolutionField): Code =>
    i32.load(fields.get, 4 * CONVOLUTION.indexOf(name));
const inBytes = (words: Code): Code => i32.mul(words, i32.const(4));
const steps = Array.from({ length: BLOCK / 4 }, (_, s) => s);

/** Writes to the scratch how far each value of a patch is from its first one, in bytes. */
const patchOffsets = define(['fields'], ['at', 'channel', 'y', 'x'], [], (l) => {
  const field = fieldOf(l.fields);
  const row = i32.add(i32.mul(l.channel.get, field('height')), l.y.get);
  return [
    l.at.set(field('scratch')),
    l.channel.set(i32.const(0)),
    loop(
      [
        l.y.set(i32.const(0)),
        loop(
          [
            l.x.set(i32.const(0)),
            loop(
              [
                i32.store(l.at.get, inBytes(i32.add(i32.mul(row, field('width')), l.x.get))),
                increment(l.at, 4),
                increment(l.x, 1),
              ],
              lessThan(l.x.get, field('kernelWidth')),
            ),
            increment(l.y, 1),
          ],
          lessThan(l.y.get, field('kernelHeight')),
        ),
        increment(l.channel, 1),
      ],
      lessThan(l.channel.get, field('channels')),
    ),
  ];
});

/** Values `first` … `end` − 1 of four patches inside the input, whose first one is at `from`: four positions' values side by side. */
const gatherInside = (stride: 1 | 2) =>
  define(['offsets', 'end', 'from', 'to'], ['at'], [], (l) => {
    const at = l.at.get;
    const value =
      stride === 1 ? v128.load(at) : v128.shuffle32(v128.load(at), v128.load(at, 16), [0, 2, 4, 6]);
    return loop(
      [
        l.at.set(i32.add(l.from.get, i32.load(l.offsets.get))),
        v128.store(l.to.get, value),
        increment(l.to, 16),
        increment(l.offsets, 4),
      ],
      lessThan(l.offsets.get, l.end.get),
    );
  });

/** The same for any patches of the image at `image`: values beside it, and of positions from `positions` on, are 0. */
const gatherAnywhere = define(
  ['fields', 'image', 'first', 'end', 'position', 'positions', 'to'],
  ['lane', 'at', 'area', 'rest', 'x', 'y', 'value'],
  [],
  (l) => {
    const field = fieldOf(l.fields);
    const { lane, at, area, rest, x, y, value } = l;
    // Coordinates beside the image are negative, which as unsigned numbers are large.
    const isInside = i32.and(lessThan(x.get, field('width')), lessThan(y.get, field('height')));
    const one = [
      at.set(i32.add(l.position.get, lane.get)),
      x.set(i32.mul(i32.remU(at.get, field('outWidth')), field('strideX'))),
      y.set(i32.mul(i32.divU(at.get, field('outWidth')), field('strideY'))),
      rest.set(i32.remU(l.first.get, area.get)),
      increment(x, i32.sub(i32.remU(rest.get, field('kernelWidth')), field('padLeft'))),
      increment(y, i32.sub(i32.divU(rest.get, field('kernelWidth')), field('padTop'))),
      rest.set(i32.mul(i32.divU(l.first.get, area.get), field('height'))),
      rest.set(inBytes(i32.add(i32.mul(i32.add(rest.get, y.get), field('width')), x.get))),
      value.set(i32.const(0)),
      if_(
        i32.and(lessThan(at.get, l.positions.get), isInside),
        value.set(i32.load(i32.add(l.image.get, rest.get))),
      ),
      i32.store(i32.add(l.to.get, inBytes(lane.get)), value.get),
      increment(lane, 1),
    ];
    return [
      area.set(i32.mul(field('kernelHeight'), field('kernelWidth'))),
      loop(
        [
          lane.set(i32.const(0)),
          loop(one, lessThan(lane.get, i32.const(ROWS))),
          increment(l.to, 16),
          increment(l.first, 1),
        ],
        lessThan(l.first.get, l.end.get),
      ),
    ];
  },
);

/** 1.5 · 2^23: added to a small float it leaves the nearest integer in the lowest bits. */
const MAGIC = 12_582_912;
const SMALLEST_SCALE = 1e-30;
const QUADS = ['a', 'b', 'c', 'd'] as const;

/** Quantizes one block of four positions, in floats at `patch`, to `to`. */
const quantizePatch = define(['patch', 'to'], [], [...QUADS, 'largest', 'factor', 'sums'], (l) => {
  const { patch, to, largest, factor, sums } = l;
  const values = Array.from({ length: BLOCK }, (_, i) => f32x4.abs(v128.load(patch.get, 16 * i)));
  const rounded = (i: number): Code =>
    v128.sub(
      f32x4.add(f32x4.mul(v128.load(patch.get, 16 * i), factor.get), f32x4.splat(MAGIC)),
      f32x4.splat(MAGIC),
    );
  const step = (s: number): Code => [
    l.a.set(v128.narrow32(rounded(4 * s), rounded(4 * s + 1))),
    l.b.set(v128.narrow32(rounded(4 * s + 2), rounded(4 * s + 3))),
    l.c.set(v128.narrowSigned16(l.a.get, l.b.get)),
    // From four positions of a channel to four channels of a position.
    l.d.set(v128.shuffle8(l.c.get, l.c.get, [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15])),
    sums.set(i16x8.add(sums.get, v128.pairSignedBytes(l.d.get))),
    [0, 1, 2, 3].map((row) => v128.store32(to.get, l.d.get, 8 * ROWS + BLOCK * row + 4 * s, row)),
  ];
  return [
    largest.set(f32x4.splat(SMALLEST_SCALE)),
    values.map((value) => largest.set(f32x4.max(largest.get, value))),
    v128.store(to.get, f32x4.mul(largest.get, f32x4.splat(1 / LARGEST))),
    factor.set(f32x4.div(f32x4.splat(LARGEST), largest.get)),
    sums.set(ZERO),
    steps.map(step),
    v128.store(to.get, sums.get, 4 * ROWS),
  ];
});

/** Quantizes the patches of positions `position` … + 3 of the image at `image` to `to`. `patch`: scratch. */
const quantizePatches = define(
  ['fields', 'image', 'position', 'patch', 'to'],
  ['x', 'y', 'from', 'inside', 'offsets', 'first', 'end', 'values'],
  [],
  (l) => {
    const field = fieldOf(l.fields);
    const { x, y, from, inside, offsets, first, end, values } = l;
    const reach = i32.add(field('kernelWidth'), i32.mul(field('strideX'), i32.const(ROWS)));
    const conditions = [
      lessThan(field('strideX'), i32.const(3)),
      lessThan(i32.add(i32.remU(l.position.get, field('outWidth')), i32.const(ROWS - 1)), field('outWidth')),
      lessThan(i32.add(l.position.get, i32.const(ROWS - 1)), field('positions')),
      not(lessThan(x.get, field('padLeft'))),
      not(lessThan(y.get, field('padTop'))),
      lessThan(i32.add(x.get, reach), i32.add(i32.add(field('width'), field('padLeft')), i32.const(2))),
      lessThan(
        i32.add(y.get, field('kernelHeight')),
        i32.add(i32.add(field('height'), field('padTop')), i32.const(1)),
      ),
    ];
    const gather = (stride: 1 | 2): Code =>
      if_(
        i32.eq(inside.get, i32.const(stride)),
        call(
          `gatherInside${stride}`,
          i32.add(offsets.get, inBytes(first.get)),
          i32.add(offsets.get, inBytes(end.get)),
          from.get,
          l.patch.get,
        ),
      );
    const isLast = i32.eq(end.get, values.get);
    const block = [
      end.set(min(i32.add(first.get, i32.const(BLOCK)), values.get)),
      // A block that is not full ends with zeros.
      if_(
        isLast,
        Array.from({ length: BLOCK }, (_, i) => v128.store(l.patch.get, ZERO, 16 * i)),
      ),
      gather(1),
      gather(2),
      if_(
        i32.eq(inside.get, i32.const(0)),
        call(
          'gatherAnywhere',
          ...[l.fields.get, l.image.get, first.get, end.get],
          ...[l.position.get, field('positions'), l.patch.get],
        ),
      ),
      call('quantizePatch', l.patch.get, l.to.get),
      increment(l.to, GROUP_BLOCK_BYTES),
      first.set(end.get),
    ];
    return [
      values.set(field('values')),
      offsets.set(field('scratch')),
      x.set(i32.mul(i32.remU(l.position.get, field('outWidth')), field('strideX'))),
      y.set(i32.mul(i32.divU(l.position.get, field('outWidth')), field('strideY'))),
      inside.set(i32.mul(conditions.reduce(i32.and), field('strideX'))),
      from.set(
        i32.add(i32.mul(i32.sub(y.get, field('padTop')), field('width')), i32.sub(x.get, field('padLeft'))),
      ),
      from.set(i32.add(l.image.get, inBytes(from.get))),
      first.set(i32.const(0)),
      loop(block, lessThan(first.get, values.get)),
    ];
  },
);

/** Activates a tile of results, four positions of eight channels, and stores as many as there are, each channel in its plane. */
const storeCell = define(
  ['cell', 'target', 'plane', 'channels', 'positions', 'activation'],
  [],
  [...QUADS, 'p', 'q', 'r', 's', 'low', 'high'],
  (l) => {
    const quads = QUADS.map((name) => l[name]);
    const rows = [l.p, l.q, l.r, l.s];
    const isWhole = i32.eq(l.positions.get, i32.const(ROWS));
    const storeLanes = (of: Local): Code => [
      if_(isWhole, v128.store(l.target.get, of.get)),
      if_(
        not(isWhole),
        [0, 1, 2].map((lane) =>
          if_(lessThan(i32.const(lane), l.positions.get), v128.store32(l.target.get, of.get, 4 * lane, lane)),
        ),
      ),
    ];
    const half = (n: number): Code => [
      rows.map((row, i) => row.set(v128.load(l.cell.get, 4 * TILE * i + 16 * n))),
      l.low.set(v128.shuffle32(l.p.get, l.q.get, [0, 4, 1, 5])),
      l.high.set(v128.shuffle32(l.r.get, l.s.get, [0, 4, 1, 5])),
      l.a.set(v128.shuffle32(l.low.get, l.high.get, [0, 1, 4, 5])),
      l.b.set(v128.shuffle32(l.low.get, l.high.get, [2, 3, 6, 7])),
      l.low.set(v128.shuffle32(l.p.get, l.q.get, [2, 6, 3, 7])),
      l.high.set(v128.shuffle32(l.r.get, l.s.get, [2, 6, 3, 7])),
      l.c.set(v128.shuffle32(l.low.get, l.high.get, [0, 1, 4, 5])),
      l.d.set(v128.shuffle32(l.low.get, l.high.get, [2, 3, 6, 7])),
      switch_(l.activation.get, [1, 2], (which) =>
        quads.map((x) =>
          x.set(ACTIVATIONS[which] === 'relu' ? f32x4.max(x.get, ZERO) : geluOf(x, [l.low, l.high])),
        ),
      ),
      quads.map((x, i) => [
        if_(lessThan(i32.const(4 * n + i), l.channels.get), storeLanes(x)),
        increment(l.target, l.plane.get),
      ]),
    ];
    return [half(0), half(1)];
  },
);

/** Units `from` … `to` − 1 of the convolution described at `fields`; a unit is up to UNIT_POSITIONS positions of one image. */
const convolveUnits = define(
  ['fields', 'from', 'to', 'job'],
  [
    ...(['units', 'image', 'first', 'left', 'groups', 'group', 'patch', 'cell', 'quantized'] as const),
    ...(['blocks', 'groupBytes', 'tileBytes', 'weights', 'channel', 'target', 'plane', 'at'] as const),
  ],
  [],
  (l) => {
    const field = fieldOf(l.fields);
    const { units, image, first, left, groups, group, patch, cell, quantized } = l;
    const { blocks, groupBytes, tileBytes, weights, channel, target, plane, at } = l;
    const inputBytes = inBytes(i32.mul(i32.mul(field('channels'), field('height')), field('width')));
    const position = i32.mul(group.get, i32.const(ROWS));
    const quantizeGroup = [
      call(
        'quantizePatches',
        l.fields.get,
        i32.add(field('input'), i32.mul(image.get, inputBytes)),
        i32.add(first.get, position),
        patch.get,
        at.get,
      ),
      increment(at, groupBytes.get),
      increment(group, 1),
    ];
    const multiplyGroup = [
      call('tile4of7', at.get, weights.get, blocks.get, cell.get, i32.const(4 * TILE)),
      call(
        'storeCell',
        ...[cell.get, i32.add(target.get, inBytes(position)), plane.get],
        min(i32.sub(field('outChannels'), channel.get), i32.const(TILE)),
        min(i32.sub(left.get, position), i32.const(ROWS)),
        field('activation'),
      ),
      increment(at, groupBytes.get),
      increment(group, 1),
    ];
    const overGroups = (body: Code): Code => [
      at.set(quantized.get),
      group.set(i32.const(0)),
      loop(body, lessThan(group.get, groups.get)),
    ];
    const unit = [
      image.set(i32.divU(l.from.get, units.get)),
      first.set(i32.mul(i32.remU(l.from.get, units.get), i32.const(UNIT_POSITIONS))),
      left.set(min(i32.sub(field('positions'), first.get), i32.const(UNIT_POSITIONS))),
      groups.set(ceilDiv(left.get, ROWS)),
      overGroups(quantizeGroup),
      weights.set(i32.add(field('weights'), i32.const(HEADER_BYTES))),
      target.set(
        i32.add(
          i32.add(field('output'), inBytes(first.get)),
          i32.mul(i32.mul(image.get, field('outChannels')), plane.get),
        ),
      ),
      channel.set(i32.const(0)),
      loop(
        [
          overGroups(multiplyGroup),
          increment(weights, tileBytes.get),
          increment(target, i32.mul(plane.get, i32.const(TILE))),
          increment(channel, TILE),
        ],
        lessThan(channel.get, field('outChannels')),
      ),
      increment(l.from, 1),
    ];
    return [
      blocks.set(field('blocks')),
      groupBytes.set(i32.mul(blocks.get, i32.const(GROUP_BLOCK_BYTES))),
      tileBytes.set(i32.add(i32.const(BIAS_BYTES), i32.mul(blocks.get, i32.const(blockBytes(7))))),
      plane.set(inBytes(field('positions'))),
      units.set(ceilDiv(field('positions'), UNIT_POSITIONS)),
      patch.set(
        i32.add(
          i32.add(field('scratch'), offsetsBytes(field('values'))),
          i32.mul(l.job.get, field('scratchBytes')),
        ),
      ),
      cell.set(i32.add(patch.get, i32.const(PATCH_BYTES))),
      quantized.set(i32.add(cell.get, i32.const(CELL_BYTES))),
      loop(unit, lessThan(l.from.get, l.to.get)),
    ];
  },
);

/** Needs the functions of `matmulKernel`. */
export const convolutionKernel: Readonly<Record<string, Func>> = {
  patchOffsets,
  gatherInside1: gatherInside(1),
  gatherInside2: gatherInside(2),
  gatherAnywhere,
  quantizePatch,
  quantizePatches,
  storeCell,
  convolveUnits,
};
