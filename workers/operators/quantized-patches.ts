/** Patches of a convolution's input, quantized as the rows of a matmul are, four positions at a time. */
import { type Code, define, type Func } from '../simd/assemble.ts';
import {
  call,
  f32x4,
  i16x8,
  i32,
  if_,
  increment,
  lessThan,
  loop,
  min,
  v128,
  ZERO,
} from '../simd/instructions.ts';
import { fieldOf, GROUP_BLOCK_BYTES } from './convolution-layout.ts';
import { BLOCK, ROWS } from './layout.ts';
import { PLACE, patchesAt } from './patches.ts';
import { LARGEST } from './quantize.ts';

const steps = Array.from({ length: BLOCK / 4 }, (_, s) => s);

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
  [...PLACE, 'first', 'end', 'values'],
  [],
  (l) => {
    const { first, end, values } = l;
    const { find, gather } = patchesAt(l);
    const isLast = i32.eq(end.get, values.get);
    const block = [
      end.set(min(i32.add(first.get, i32.const(BLOCK)), values.get)),
      // A block that is not full ends with zeros.
      if_(
        isLast,
        Array.from({ length: BLOCK }, (_, i) => v128.store(l.patch.get, ZERO, 16 * i)),
      ),
      gather(first.get, end.get, l.patch.get),
      call('quantizePatch', l.patch.get, l.to.get),
      increment(l.to, GROUP_BLOCK_BYTES),
      first.set(end.get),
    ];
    return [
      values.set(fieldOf(l.fields)('values')),
      find,
      first.set(i32.const(0)),
      loop(block, lessThan(first.get, values.get)),
    ];
  },
);

export const quantizedPatchKernel: Readonly<Record<string, Func>> = { quantizePatch, quantizePatches };
