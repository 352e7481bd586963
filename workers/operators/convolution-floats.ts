/** The convolution kernel in floats: patches are copied, four positions side by side, and multiplied by the weights of four channels at a time. */
import { type Code, define, type Func } from '../simd/assemble.ts';
import { call, i32, if_, inBytes, increment, lessThan, loop, v128 } from '../simd/instructions.ts';
import { activate } from './activations.ts';
import { FLOAT_TILE, fieldOf } from './convolution-layout.ts';
import { jobScratch, overUnits, UNIT_LOCALS, UNIT_PARAMS } from './convolution-units.ts';
import type { MultiplyAdd } from './dot.ts';
import { ROWS } from './layout.ts';
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

const convolveFloats = define(
  UNIT_PARAMS,
  [...UNIT_LOCALS, ...(['group', 'patches', 'groupBytes', 'tileBytes', 'at'] as const)],
  [],
  (l) => {
    const field = fieldOf(l.fields);
    const { first, left, weights, channel, target, plane } = l;
    const { group, patches, groupBytes, tileBytes, at } = l;
    /** Runs `body` for every `size` positions of the unit, with their patches at `at`. */
    const overPositions = (size: number, body: Code): Code => [
      at.set(patches.get),
      group.set(i32.const(0)),
      loop(
        [body, increment(at, i32.mul(groupBytes.get, i32.const(size / ROWS))), increment(group, size)],
        lessThan(group.get, left.get),
      ),
    ];
    const gather = (image: Code): Code =>
      overPositions(ROWS, call('gatherPatches', l.fields.get, image, i32.add(first.get, group.get), at.get));
    const multiply = overPositions(
      2 * ROWS,
      call(
        'floatTile',
        ...[at.get, groupBytes.get, weights.get, i32.add(weights.get, tileBytes.get)],
        ...[i32.add(target.get, inBytes(group.get)), plane.get],
        ...[i32.sub(field('outChannels'), channel.get), i32.sub(left.get, group.get), field('activation')],
      ),
    );
    return [
      groupBytes.set(i32.mul(field('values'), i32.const(4 * ROWS))),
      tileBytes.set(i32.mul(i32.add(field('values'), i32.const(1)), i32.const(4 * FLOAT_TILE))),
      patches.set(jobScratch(l)),
      overUnits(l, { tile: FLOAT_TILE, tileBytes: tileBytes.get, gather, multiply }),
    ];
  },
);

/** Needs the functions of `patchKernel`. */
export const floatConvolutionKernel = (multiplyAdd: MultiplyAdd): Readonly<Record<string, Func>> => ({
  floatTile: floatTile(multiplyAdd),
  convolveFloats,
});
