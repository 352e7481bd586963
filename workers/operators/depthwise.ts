/**
 * The kernel of depthwise convolutions, in floats: each plane is copied into scratch with its padding, so that every position is
 * computed alike, eight at a time.
 */
import { type Code, define, type Func } from '../simd/assemble.ts';
import {
  call,
  copyBytes,
  fillBytes,
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
import { activate } from './activations.ts';
import { fieldOf, type ScratchOf } from './convolution-layout.ts';
import type { MultiplyAdd } from './dot.ts';
import { HEADER_BYTES, ROWS } from './layout.ts';
import { storeLanes } from './store-lanes.ts';

/** What is supported along a row. */
export const DEPTHWISE = { widths: [3, 5], strides: [1, 2] } as const;
type Width = (typeof DEPTHWISE.widths)[number];
type Stride = (typeof DEPTHWISE.strides)[number];

/** Positions that are computed at once. */
const STEP = 2 * ROWS;

const nameOf = (width: Width, stride: Stride) => `depthwiseRow${width}x${stride}`;

/** One row of results: `source` is the first row of their patches, whose rows are `rowBytes` apart; `weights` begins with the bias. */
const row = (width: Width, stride: Stride, multiplyAdd: MultiplyAdd) =>
  define(
    ['source', 'rowBytes', 'weights', 'end', 'target', 'positions', 'activation'],
    ['done', 'left', 'at', 'tap'],
    ['a', 'b', 'weight', 'scratch'],
    (l) => {
      const { a, b, weight, at, tap, left, done } = l;
      /** Four neighbouring positions' values for column `x` of the kernel. */
      const values = (x: number, first: number): Code => {
        const offset = 4 * (x + stride * first);
        const low = v128.load(at.get, offset);
        return stride === 1 ? low : v128.shuffle32(low, v128.load(at.get, offset + 16), [0, 2, 4, 6]);
      };
      const taps = Array.from({ length: width }, (_, x) => [
        weight.set(v128.load32Splat(tap.get, 4 * x)),
        a.set(multiplyAdd(values(x, 0), weight.get, a.get)),
        b.set(multiplyAdd(values(x, ROWS), weight.get, b.get)),
      ]);
      const positions = [
        a.set(v128.load32Splat(l.weights.get, 0)),
        b.set(a.get),
        at.set(l.source.get),
        tap.set(i32.add(l.weights.get, i32.const(4))),
        loop([taps, increment(at, l.rowBytes.get), increment(tap, 4 * width)], lessThan(tap.get, l.end.get)),
        activate(l.activation.get, [a, b], [weight, l.scratch], multiplyAdd),
        left.set(i32.sub(l.positions.get, done.get)),
        storeLanes(l.target, a, left.get),
        if_(
          lessThan(i32.const(ROWS), left.get),
          storeLanes(l.target, b, i32.sub(left.get, i32.const(ROWS)), 16),
        ),
        increment(l.source, 4 * stride * STEP),
        increment(l.target, 4 * STEP),
        increment(done, STEP),
      ];
      return [done.set(i32.const(0)), loop(positions, lessThan(done.get, l.positions.get))];
    },
  );

/** Bytes of a row in the scratch: as far as positions in whole steps read. */
const rowBytesOf = (outWidth: Code, strideX: Code): Code =>
  inBytes(i32.mul(i32.add(outWidth, i32.const(STEP + Math.max(...DEPTHWISE.widths))), strideX));
/** Rows of the scratch. */
const rowsOf = (outHeight: Code, strideY: Code, kernelHeight: Code): Code =>
  i32.add(i32.mul(i32.sub(outHeight, i32.const(1)), strideY), kernelHeight);

/** Bytes of scratch that a job needs. */
export const depthwiseScratchBytes: ScratchOf = (field) =>
  i32.add(
    i32.mul(
      rowBytesOf(field('outWidth'), field('strideX')),
      rowsOf(i32.divU(field('positions'), field('outWidth')), field('strideY'), field('kernelHeight')),
    ),
    i32.const(32 * STEP), // read, but not used, behind the last row
  );

/** Job `job` computes planes `from` … `to` − 1 of the convolution described at `fields`. */
const convolvePlanes = define(
  ['fields', 'from', 'to', 'job'],
  ['scratch', 'rowBytes', 'rows', 'y', 'left', 'plane', 'at', 'weights', 'end', 'target', 'channelBytes'],
  [],
  (l) => {
    const field = fieldOf(l.fields);
    const { scratch, rowBytes, rows, y, left, plane, at, weights, end, target, channelBytes, from } = l;
    const inputRow = inBytes(field('width'));
    const padding = i32.add(i32.mul(field('padTop'), rowBytes.get), inBytes(field('padLeft')));
    const outRow = inBytes(field('outWidth'));
    const copy: Code = [
      at.set(i32.add(scratch.get, padding)),
      plane.set(i32.add(field('input'), i32.mul(from.get, i32.mul(inputRow, field('height'))))),
      left.set(min(field('height'), i32.sub(rows.get, field('padTop')))),
      loop(
        [
          copyBytes(at.get, plane.get, inputRow),
          increment(at, rowBytes.get),
          increment(plane, inputRow),
          increment(left, -1),
        ],
        left.get,
      ),
    ];
    const variants = DEPTHWISE.widths.flatMap((width) =>
      DEPTHWISE.strides.map((stride) => ({ width, stride, key: 8 * width + stride })),
    );
    const compute = switch_(
      i32.add(i32.mul(field('kernelWidth'), i32.const(8)), field('strideX')),
      variants.map(({ key }) => key),
      (key) => {
        const { width, stride } = variants.find(
          (variant) => variant.key === key,
        ) as (typeof variants)[number];
        return call(
          nameOf(width, stride),
          ...[at.get, rowBytes.get, weights.get, end.get],
          ...[target.get, field('outWidth'), field('activation')],
        );
      },
    );
    const convolve: Code = [
      weights.set(
        i32.add(
          i32.add(field('weights'), i32.const(HEADER_BYTES)),
          i32.mul(i32.remU(from.get, field('channels')), channelBytes.get),
        ),
      ),
      end.set(i32.add(weights.get, channelBytes.get)),
      target.set(i32.add(field('output'), i32.mul(from.get, inBytes(field('positions'))))),
      at.set(scratch.get),
      y.set(i32.divU(field('positions'), field('outWidth'))),
      loop(
        [
          compute,
          increment(at, i32.mul(rowBytes.get, field('strideY'))),
          increment(target, outRow),
          increment(y, -1),
        ],
        y.get,
      ),
    ];
    return [
      rowBytes.set(rowBytesOf(field('outWidth'), field('strideX'))),
      rows.set(
        rowsOf(i32.divU(field('positions'), field('outWidth')), field('strideY'), field('kernelHeight')),
      ),
      channelBytes.set(inBytes(i32.add(i32.mul(field('kernelHeight'), field('kernelWidth')), i32.const(1)))),
      scratch.set(i32.add(field('scratch'), i32.mul(l.job.get, field('scratchBytes')))),
      // Copies leave the padding as it is.
      fillBytes(scratch.get, i32.const(0), field('scratchBytes')),
      loop([copy, convolve, increment(from, 1)], lessThan(from.get, l.to.get)),
    ];
  },
);

export const depthwiseKernel = (multiplyAdd: MultiplyAdd): Readonly<Record<string, Func>> => ({
  ...Object.fromEntries(
    DEPTHWISE.widths.flatMap((width) =>
      DEPTHWISE.strides.map((stride) => [nameOf(width, stride), row(width, stride, multiplyAdd)]),
    ),
  ),
  convolvePlanes,
});
