/** The loop of the convolution kernels over their work: unit by unit, and for each unit tile by tile of the weights. */
import type { Code, Local } from '../simd/assemble.ts';
import { ceilDiv, i32, inBytes, increment, lessThan, loop, min } from '../simd/instructions.ts';
import { fieldOf, offsetsBytes, UNIT_POSITIONS } from './convolution-layout.ts';
import { HEADER_BYTES } from './layout.ts';

/** Job `job` computes units `from` … `to` − 1 of the convolution described at `fields`. */
export const UNIT_PARAMS = ['fields', 'from', 'to', 'job'] as const;
export const UNIT_LOCALS = [
  ...(['units', 'image', 'first', 'left'] as const),
  ...(['weights', 'channel', 'target', 'plane'] as const),
] as const;
type UnitLocals = Readonly<Record<(typeof UNIT_PARAMS | typeof UNIT_LOCALS)[number], Local>>;

interface UnitSteps {
  /** Output channels of a tile of the weights. */
  tile: number;
  tileBytes: Code;
  /** Writes the patches of positions `first` … `first + left` − 1 of the image at this address. */
  gather(image: Code): Code;
  /** Multiplies these patches by the tile at `weights`. Results go to planes of `plane` bytes; `target` is in that of `channel`. */
  multiply: Code;
}

/** Start of this job's scratch. */
export function jobScratch({ fields, job }: UnitLocals): Code {
  const field = fieldOf(fields);
  return i32.add(
    i32.add(field('scratch'), offsetsBytes(field('values'))),
    i32.mul(job.get, field('scratchBytes')),
  );
}

/** Runs the units of a job; a unit is up to UNIT_POSITIONS positions of one image. */
export function overUnits(l: UnitLocals, { tile, tileBytes, gather, multiply }: UnitSteps): Code {
  const field = fieldOf(l.fields);
  const { from, to, units, image, first, left, weights, channel, target, plane } = l;
  const inputBytes = inBytes(i32.mul(i32.mul(field('channels'), field('height')), field('width')));
  const unit = [
    image.set(i32.divU(from.get, units.get)),
    first.set(i32.mul(i32.remU(from.get, units.get), i32.const(UNIT_POSITIONS))),
    left.set(min(i32.sub(field('positions'), first.get), i32.const(UNIT_POSITIONS))),
    gather(i32.add(field('input'), i32.mul(image.get, inputBytes))),
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
        multiply,
        increment(weights, tileBytes),
        increment(target, i32.mul(plane.get, i32.const(tile))),
        increment(channel, tile),
      ],
      lessThan(channel.get, field('outChannels')),
    ),
    increment(from, 1),
  ];
  return [
    plane.set(inBytes(field('positions'))),
    units.set(ceilDiv(field('positions'), UNIT_POSITIONS)),
    loop(unit, lessThan(from.get, to.get)),
  ];
}
