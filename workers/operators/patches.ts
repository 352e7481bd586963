/** Patches of a convolution's input, quantized as the rows of a matmul are, four positions at a time. */
import { type Code, define, type Func } from '../simd/assemble.ts';
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
  not,
  v128,
  ZERO,
} from '../simd/instructions.ts';
import { fieldOf, GROUP_BLOCK_BYTES } from './convolution-layout.ts';
import { BLOCK, ROWS } from './layout.ts';
import { LARGEST } from './quantize.ts';

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

export const patchKernel: Readonly<Record<string, Func>> = {
  patchOffsets,
  gatherInside1: gatherInside(1),
  gatherInside2: gatherInside(2),
  gatherAnywhere,
  quantizePatch,
  quantizePatches,
};
