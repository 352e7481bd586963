/** The convolution kernel in floats: patches are copied, four positions side by side, and multiplied by the weights of four channels at a time. */
import { type Code, define, type Func } from '../simd/assemble.ts';
import {
  call,
  ceilDiv,
  i32,
  if_,
  inBytes,
  increment,
  lessThan,
  loop,
  min,
  v128,
} from '../simd/instructions.ts';
import { activate } from './activations.ts';
import { FLOAT_TILE, fieldOf, offsetsBytes, UNIT_POSITIONS } from './convolution-layout.ts';
import type { MultiplyAdd } from './dot.ts';
import { HEADER_BYTES, ROWS } from './layout.ts';
import { storeLanes } from './store-lanes.ts';

const SUMS = ['a0', 'a1', 'b0', 'b1', 'c0', 'c1', 'd0', 'd1'] as const;

/** Two groups of patches, `second` bytes apart, times a tile of weights: activated, and stored as far as there are channels and positions. */
const floatTile = (multiplyAdd: MultiplyAdd) =>
  define(
    ['patch', 'second', 'weights', 'end', 'target', 'plane', 'channels', 'positions', 'activation'],
    ['other'],
    [...SUMS, 'low', 'high', 'weight'],
    (l) => {
      const { low, high, weight } = l;
      const channels = [0, 1, 2, 3].map((c) => [l[SUMS[2 * c]!], l[SUMS[2 * c + 1]!]] as const);
      const load = (c: number): Code => v128.load32Splat(l.weights.get, 4 * c);
      const value = [
        low.set(v128.load(l.patch.get)),
        high.set(v128.load(l.other.get)),
        channels.map(([first, other], c) => [
          weight.set(load(c)),
          first.set(multiplyAdd(low.get, weight.get, first.get)),
          other.set(multiplyAdd(high.get, weight.get, other.get)),
        ]),
        increment(l.patch, 16),
        increment(l.other, 16),
        increment(l.weights, 4 * FLOAT_TILE),
      ];
      return [
        l.other.set(i32.add(l.patch.get, l.second.get)),
        channels.map(([first, other], c) => [first.set(load(c)), other.set(first.get)]),
        increment(l.weights, 4 * FLOAT_TILE),
        loop(value, lessThan(l.weights.get, l.end.get)),
        activate(l.activation.get, channels.flat(), [low, high], multiplyAdd),
        channels.map(([first, other], c) => [
          if_(lessThan(i32.const(c), l.channels.get), [
            storeLanes(l.target, first, l.positions.get),
            if_(
              lessThan(i32.const(ROWS), l.positions.get),
              storeLanes(l.target, other, i32.sub(l.positions.get, i32.const(ROWS)), 16),
            ),
          ]),
          increment(l.target, l.plane.get),
        ]),
      ];
    },
  );

/** Units `from` … `to` − 1 of the convolution described at `fields`; a unit is up to UNIT_POSITIONS positions of one image. */
const convolveFloats = define(
  ['fields', 'from', 'to', 'job'],
  [
    ...(['units', 'image', 'first', 'left', 'group', 'patches', 'groupBytes', 'at'] as const),
    ...(['tileBytes', 'weights', 'channel', 'target', 'plane'] as const),
  ],
  [],
  (l) => {
    const field = fieldOf(l.fields);
    const { units, image, first, left, group, patches, groupBytes, at } = l;
    const { tileBytes, weights, channel, target, plane } = l;
    const inputBytes = inBytes(i32.mul(i32.mul(field('channels'), field('height')), field('width')));
    /** Runs `body` for every `size` positions of the unit, with their patches at `at`. */
    const overPositions = (size: number, body: Code): Code => [
      at.set(patches.get),
      group.set(i32.const(0)),
      loop(
        [body, increment(at, i32.mul(groupBytes.get, i32.const(size / ROWS))), increment(group, size)],
        lessThan(group.get, left.get),
      ),
    ];
    const tile = [
      overPositions(
        2 * ROWS,
        call(
          'floatTile',
          ...[at.get, groupBytes.get, weights.get, i32.add(weights.get, tileBytes.get)],
          ...[i32.add(target.get, inBytes(group.get)), plane.get],
          ...[i32.sub(field('outChannels'), channel.get), i32.sub(left.get, group.get), field('activation')],
        ),
      ),
      increment(weights, tileBytes.get),
      increment(target, i32.mul(plane.get, i32.const(FLOAT_TILE))),
      increment(channel, FLOAT_TILE),
    ];
    const unit = [
      image.set(i32.divU(l.from.get, units.get)),
      first.set(i32.mul(i32.remU(l.from.get, units.get), i32.const(UNIT_POSITIONS))),
      left.set(min(i32.sub(field('positions'), first.get), i32.const(UNIT_POSITIONS))),
      overPositions(
        ROWS,
        call(
          'gatherPatches',
          l.fields.get,
          i32.add(field('input'), i32.mul(image.get, inputBytes)),
          i32.add(first.get, group.get),
          at.get,
        ),
      ),
      weights.set(i32.add(field('weights'), i32.const(HEADER_BYTES))),
      target.set(
        i32.add(
          i32.add(field('output'), inBytes(first.get)),
          i32.mul(i32.mul(image.get, field('outChannels')), plane.get),
        ),
      ),
      channel.set(i32.const(0)),
      loop(tile, lessThan(channel.get, field('outChannels'))),
      increment(l.from, 1),
    ];
    return [
      groupBytes.set(i32.mul(field('values'), i32.const(4 * ROWS))),
      tileBytes.set(i32.mul(i32.add(field('values'), i32.const(1)), i32.const(4 * FLOAT_TILE))),
      plane.set(inBytes(field('positions'))),
      units.set(ceilDiv(field('positions'), UNIT_POSITIONS)),
      patches.set(
        i32.add(
          i32.add(field('scratch'), offsetsBytes(field('values'))),
          i32.mul(l.job.get, field('scratchBytes')),
        ),
      ),
      loop(unit, lessThan(l.from.get, l.to.get)),
    ];
  },
);

/** Needs the functions of `patchKernel`. */
export const floatConvolutionKernel = (multiplyAdd: MultiplyAdd): Readonly<Record<string, Func>> => ({
  floatTile: floatTile(multiplyAdd),
  convolveFloats,
});
