/** Patches of a convolution's input in floats, four positions at a time. */
import { type Code, define, type Func, type Local } from '../simd/assemble.ts';
import { call, i32, if_, inBytes, increment, lessThan, loop, not, v128 } from '../simd/instructions.ts';
import { fieldOf } from './convolution-layout.ts';
import { ROWS } from './layout.ts';

/** Above the height of any kernel. */
const LARGEST_KERNEL = 1 << 16;

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

/** The same for any patches of the image at `image`: values outside it, and of positions from `positions` on, are 0. */
const gatherAnywhere = define(
  ['fields', 'image', 'first', 'end', 'position', 'positions', 'to'],
  ['lane', 'at', 'left', 'value', 'plane', 'x', 'y', 'column', 'row'],
  [],
  (l) => {
    const field = fieldOf(l.fields);
    const { lane, at, left, value, plane, x, y, column, row } = l;
    const kernel = {
      area: i32.mul(field('kernelHeight'), field('kernelWidth')),
      width: field('kernelWidth'),
    };
    const rest = i32.remU(l.first.get, kernel.area);
    // Coordinates outside the image are negative, which are large as unsigned numbers.
    const isInside = i32.and(
      lessThan(i32.add(x.get, column.get), field('width')),
      lessThan(i32.add(y.get, row.get), field('height')),
    );
    const offset = i32.add(i32.mul(i32.add(y.get, row.get), field('width')), i32.add(x.get, column.get));
    const one = [
      value.set(i32.const(0)),
      if_(isInside, value.set(i32.load(i32.add(plane.get, inBytes(offset))))),
      i32.store(at.get, value.get),
      increment(at, 16),
      increment(column, 1),
      if_(i32.eq(column.get, kernel.width), [
        column.set(i32.const(0)),
        increment(row, 1),
        if_(i32.eq(row.get, field('kernelHeight')), [
          row.set(i32.const(0)),
          increment(plane, inBytes(i32.mul(field('height'), field('width')))),
        ]),
      ]),
      increment(left, -1),
    ];
    const patch = [
      at.set(i32.add(l.position.get, lane.get)),
      x.set(i32.sub(i32.mul(i32.remU(at.get, field('outWidth')), field('strideX')), field('padLeft'))),
      y.set(i32.sub(i32.mul(i32.divU(at.get, field('outWidth')), field('strideY')), field('padTop'))),
      // Positions from `positions` on lie outside the image.
      if_(not(lessThan(at.get, l.positions.get)), y.set(i32.const(-LARGEST_KERNEL))),
      column.set(i32.remU(rest, kernel.width)),
      row.set(i32.divU(rest, kernel.width)),
      plane.set(i32.mul(i32.divU(l.first.get, kernel.area), i32.mul(field('height'), field('width')))),
      plane.set(i32.add(l.image.get, inBytes(plane.get))),
      at.set(i32.add(l.to.get, inBytes(lane.get))),
      left.set(i32.sub(l.end.get, l.first.get)),
      loop(one, left.get),
      increment(lane, 1),
    ];
    return [lane.set(i32.const(0)), loop(patch, lessThan(lane.get, i32.const(ROWS)))];
  },
);

export const PLACE = ['x', 'y', 'from', 'inside', 'offsets'] as const;

/** How a function finds the patches of positions `position` … + 3 of the image at `image`, and copies some of their values. */
export function patchesAt(
  l: Readonly<Record<'fields' | 'image' | 'position' | (typeof PLACE)[number], Local>>,
) {
  const field = fieldOf(l.fields);
  const { x, y, from, inside, offsets } = l;
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
  const gatherInside = (stride: 1 | 2, first: Code, end: Code, to: Code): Code =>
    if_(
      i32.eq(inside.get, i32.const(stride)),
      call(
        `gatherInside${stride}`,
        i32.add(offsets.get, inBytes(first)),
        i32.add(offsets.get, inBytes(end)),
        from.get,
        to,
      ),
    );
  return {
    find: [
      offsets.set(field('scratch')),
      x.set(i32.mul(i32.remU(l.position.get, field('outWidth')), field('strideX'))),
      y.set(i32.mul(i32.divU(l.position.get, field('outWidth')), field('strideY'))),
      inside.set(i32.mul(conditions.reduce(i32.and), field('strideX'))),
      from.set(
        i32.add(i32.mul(i32.sub(y.get, field('padTop')), field('width')), i32.sub(x.get, field('padLeft'))),
      ),
      from.set(i32.add(l.image.get, inBytes(from.get))),
    ],
    /** Values `first` … `end` − 1. */
    gather: (first: Code, end: Code, to: Code): Code => [
      gatherInside(1, first, end, to),
      gatherInside(2, first, end, to),
      if_(
        i32.eq(inside.get, i32.const(0)),
        call(
          'gatherAnywhere',
          ...[l.fields.get, l.image.get, first, end],
          ...[l.position.get, field('positions'), to],
        ),
      ),
    ],
  };
}

/** Writes the patches of positions `position` … + 3 of the image at `image` to `to` in floats. */
const gatherPatches = define(['fields', 'image', 'position', 'to'], PLACE, [], (l) => {
  const { find, gather } = patchesAt(l);
  return [find, gather(i32.const(0), fieldOf(l.fields)('values'), l.to.get)];
});

export const patchKernel: Readonly<Record<string, Func>> = {
  patchOffsets,
  gatherInside1: gatherInside(1),
  gatherInside2: gatherInside(2),
  gatherAnywhere,
  gatherPatches,
};
