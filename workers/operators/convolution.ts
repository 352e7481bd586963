/**
 * The convolution kernel: patches of the input are quantized like the rows of a matmul, four positions at a time, and multiplied
 * by the packed weights; the results are activated and stored in planes. Only the patches of a few positions per thread exist at
 * any time.
 */
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
import { CELL_BYTES, fieldOf, GROUP_BLOCK_BYTES, PATCH_BYTES } from './convolution-layout.ts';
import { jobScratch, overUnits, UNIT_LOCALS, UNIT_PARAMS } from './convolution-units.ts';
import type { MultiplyAdd } from './dot.ts';
import { BIAS_BYTES, blockBytes, ROWS, TILE } from './layout.ts';
import { patchKernel } from './patches.ts';
import { quantizedPatchKernel } from './quantized-patches.ts';
import { storeLanes } from './store-lanes.ts';

const QUADS = ['a', 'b', 'c', 'd'] as const;

/** Activates a tile of results, four positions of eight channels, and stores as many as there are, each channel in its plane. */
const storeCell = (multiplyAdd: MultiplyAdd) =>
  define(
    ['cell', 'target', 'plane', 'channels', 'positions', 'activation'],
    [],
    [...QUADS, 'p', 'q', 'r', 's', 'low', 'high'],
    (l) => {
      const quads = QUADS.map((name) => l[name]);
      const rows = [l.p, l.q, l.r, l.s];
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
        activate(l.activation.get, quads, [l.low, l.high], multiplyAdd),
        quads.map((x, i) => [
          if_(lessThan(i32.const(4 * n + i), l.channels.get), storeLanes(l.target, x, l.positions.get)),
          increment(l.target, l.plane.get),
        ]),
      ];
      return [half(0), half(1)];
    },
  );

const convolveUnits = define(
  UNIT_PARAMS,
  [
    ...UNIT_LOCALS,
    ...([
      'groups',
      'group',
      'patch',
      'cell',
      'quantized',
      'blocks',
      'groupBytes',
      'tileBytes',
      'at',
    ] as const),
  ],
  [],
  (l) => {
    const field = fieldOf(l.fields);
    const { first, left, weights, channel, target, plane } = l;
    const { groups, group, patch, cell, quantized, blocks, groupBytes, tileBytes, at } = l;
    const position = i32.mul(group.get, i32.const(ROWS));
    const overGroups = (body: Code): Code => [
      at.set(quantized.get),
      group.set(i32.const(0)),
      loop([body, increment(at, groupBytes.get), increment(group, 1)], lessThan(group.get, groups.get)),
    ];
    const gather = (image: Code): Code => [
      groups.set(ceilDiv(left.get, ROWS)),
      overGroups(
        call('quantizePatches', l.fields.get, image, i32.add(first.get, position), patch.get, at.get),
      ),
    ];
    const multiply = overGroups([
      call('tile4of7', at.get, weights.get, blocks.get, cell.get, i32.const(4 * TILE)),
      call(
        'storeCell',
        ...[cell.get, i32.add(target.get, inBytes(position)), plane.get],
        min(i32.sub(field('outChannels'), channel.get), i32.const(TILE)),
        min(i32.sub(left.get, position), i32.const(ROWS)),
        field('activation'),
      ),
    ]);
    return [
      blocks.set(field('blocks')),
      groupBytes.set(i32.mul(blocks.get, i32.const(GROUP_BLOCK_BYTES))),
      tileBytes.set(i32.add(i32.const(BIAS_BYTES), i32.mul(blocks.get, i32.const(blockBytes(7))))),
      patch.set(jobScratch(l)),
      cell.set(i32.add(patch.get, i32.const(PATCH_BYTES))),
      quantized.set(i32.add(cell.get, i32.const(CELL_BYTES))),
      overUnits(l, { tile: TILE, tileBytes: tileBytes.get, gather, multiply }),
    ];
  },
);

/** Needs the functions of `matmulKernel`. */
export const convolutionKernel = (multiplyAdd: MultiplyAdd): Readonly<Record<string, Func>> => ({
  ...patchKernel,
  ...quantizedPatchKernel,
  storeCell: storeCell(multiplyAdd),
  convolveUnits,
});
