/** The operators CONV_QUANTIZED, CONV_FLOATS and CONV_DEPTHWISE (`names.ts`) as functions that the runtime calls. */
import { type Code, define } from '../simd/assemble.ts';
import { call, ceilDiv, i32, if_, lessThan } from '../simd/instructions.ts';
import {
  CONVOLUTION_WORDS,
  type ConvolutionField,
  offsetsBytes,
  type ScratchOf,
  UNIT_POSITIONS,
} from './convolution-layout.ts';
import { SHAPE } from './frame.ts';
import { type FrameAccess, JOBS } from './frame-access.ts';
import type { JobName } from './jobs.ts';
import { TILE } from './layout.ts';

/** Blocks of all positions times output tiles from which other threads are woken: about 0.2 ms of one thread's time. */
const MIN_PARALLEL_WORK = 16_384;
const ONE = i32.const(1);
const FOUR = i32.const(4);

interface Kind {
  job: JobName;
  scratch: ScratchOf;
  /** Whether every channel is a group by itself: jobs then get planes, and no offsets of patches. */
  isDepthwise?: boolean;
}

export const convolution = (frame: FrameAccess, { job, scratch, isDepthwise = false }: Kind) =>
  define(
    ['kernel', 'context'],
    ['status'],
    [],
    (l) => {
      const { dim, getConvolution: get, putConvolution: put } = frame;
      const word = (name: (typeof CONVOLUTION_WORDS)[number]): Code =>
        i32.load(frame.get('third'), 4 * CONVOLUTION_WORDS.indexOf(name));
      /** Patches along an axis. */
      const across = (size: Code, before: Code, after: Code, kernel: Code, stride: Code): Code =>
        i32.add(i32.divU(i32.sub(i32.add(size, i32.add(before, after)), kernel), stride), ONE);
      const copied = CONVOLUTION_WORDS.filter((name) => name !== 'padBottom' && name !== 'padRight');
      const values = [i32.mul(get('channels'), get('kernelHeight')), get('kernelWidth')].reduce(i32.mul);
      const ones = ['kernelHeight', 'kernelWidth', 'strideY', 'strideX'] as const;
      const isPointwise = [
        i32.eq(
          ones.map((name) => word(name)).reduce((a, b) => i32.mul(a, b)),
          ONE,
        ),
        i32.eq(
          (['padTop', 'padLeft', 'padBottom', 'padRight'] as const)
            .map((name) => word(name))
            .reduce((a, b) => i32.add(a, b)),
          i32.const(0),
        ),
      ].reduce((a, b) => i32.and(a, b));
      const outHeight = frame.get('rows');
      const units = i32.mul(
        dim(SHAPE, 0),
        isDepthwise ? get('channels') : ceilDiv(get('positions'), UNIT_POSITIONS),
      );
      const shared = isDepthwise ? i32.const(0) : offsetsBytes(get('values'));
      const tiles = ceilDiv(get('outChannels'), TILE);
      const work = [dim(SHAPE, 0), get('positions'), get('blocks'), tiles].reduce((a, b) => i32.mul(a, b));
      return [
        frame.readInput(l, 1, frame.convolutionField('weights')),
        frame.readInput(l, 2, frame.addressOf('third')),
        frame.readInput(l, 0, frame.convolutionField('input')),
        frame.readShape(l, 'first'),
        copied.map((name) => put(name as ConvolutionField, word(name))),
        put('channels', dim(SHAPE, 1)),
        put('height', dim(SHAPE, 2)),
        put('width', dim(SHAPE, 3)),
        put('outChannels', i32.load(get('weights'))),
        put('blocks', i32.load(get('weights'), 4)),
        put('values', values),
        frame.put(
          'rows',
          across(get('height'), word('padTop'), word('padBottom'), word('kernelHeight'), word('strideY')),
        ),
        put(
          'outWidth',
          across(get('width'), word('padLeft'), word('padRight'), word('kernelWidth'), word('strideX')),
        ),
        put('positions', i32.mul(outHeight, get('outWidth'))),
        frame.setDim(1, get('outChannels')),
        frame.setDim(2, outHeight),
        frame.setDim(3, get('outWidth')),
        frame.makeOutput(l, 0, FOUR, frame.convolutionField('output')),
        // If every patch is one position, an image is treated as one long row.
        if_(isPointwise, [
          put('width', get('positions')),
          put('outWidth', get('positions')),
          put('height', ONE),
        ]),
        frame.put('total', units),
        frame.put('rows', ONE),
        put('scratchBytes', scratch(get)),
        frame.put('size', lessThan(work, i32.const(MIN_PARALLEL_WORK))),
        frame.setDim(0, ONE),
        frame.setDim(1, ONE),
        frame.setDim(2, ONE),
        frame.setDim(3, i32.divU(i32.add(shared, i32.mul(get('scratchBytes'), i32.const(JOBS))), FOUR)),
        frame.makeOutput(l, 1, FOUR, frame.convolutionField('scratch')),
        isDepthwise ? [] : call('patchOffsets', frame.convolutionField('input')),
        frame.runJobs(l, job, frame.get('size')),
      ];
    },
    true,
  );
