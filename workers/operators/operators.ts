/** The operators (`names.ts`) as functions that the runtime calls: they read inputs, allocate outputs and split the work. */
import { type Code, define } from '../simd/assemble.ts';
import { call, ceilDiv, i32, if_, inBytes, lessThan, select } from '../simd/instructions.ts';
import type { AttentionField } from './attention.ts';
import { QUERY_TILE, SCORE_PADDING } from './attention-rows.ts';
import type { CApi } from './c-api.ts';
import { floatJobScratchBytes, jobScratchBytes } from './convolution-layout.ts';
import { convolution } from './convolution-operator.ts';
import { depthwiseScratchBytes } from './depthwise.ts';
import { SECOND_SHAPE, SHAPE } from './frame.ts';
import { type FrameAccess, frameAccess, JOBS, ROW_LOCALS } from './frame-access.ts';
import { jobs } from './jobs.ts';
import { BLOCK, ROW_BLOCK_BYTES, ROWS, TILE } from './layout.ts';
import { SOURCES, type Source } from './quantize.ts';

/**
 * Minimum work for which waking another thread pays off: blocks of all rows (for matmul times output tiles), or keys times query
 * tiles. About 0.2 ms of one thread's time, several times what waking takes.
 */
const MIN_PARALLEL_WORK = {
  plain: 16_384,
  gelu: 4096,
  gated: 4096,
  matmul: 16_384,
  norm: 16_384,
  attention: 4096,
};

const ONE = i32.const(1);

/** float [.., k], twice for `gated` → uint8 [.., k / 32 · 40]; k is a multiple of 32. */
const quantizeRows = (frame: FrameAccess, source: Source) =>
  define(
    ['kernel', 'context'],
    ROW_LOCALS,
    [],
    (l) => {
      const work = i32.mul(l.rows.get, frame.get('size'));
      return [
        frame.readRows(l),
        source === 'gated' ? frame.readInput(l, 1, frame.addressOf('second')) : [],
        frame.put('source', i32.const(SOURCES.indexOf(source))),
        frame.put('size', i32.divU(i32.load(l.last.get), i32.const(BLOCK))),
        frame.put('total', ceilDiv(l.rows.get, ROWS)),
        frame.makeRowsOutput(l, i32.mul(frame.get('size'), i32.const(ROW_BLOCK_BYTES))),
        frame.runJobs(l, 'quantizeJob', lessThan(work, i32.const(MIN_PARALLEL_WORK[source]))),
      ];
    },
    true,
  );

/** Quantized rows uint8 [.., k / 32 · 40], packed weights → float [.., n]. */
const matmulQuantized = (frame: FrameAccess) =>
  define(
    ['kernel', 'context'],
    ROW_LOCALS,
    [],
    (l) => {
      const columns = i32.load(frame.get('second'));
      const work = i32.mul(i32.mul(l.rows.get, frame.get('size')), frame.get('total'));
      return [
        frame.readRows(l),
        frame.readInput(l, 1, frame.addressOf('second')),
        frame.put('size', i32.load(frame.get('second'), 4)),
        frame.makeRowsOutput(l, columns),
        frame.put('total', ceilDiv(columns, TILE)),
        frame.runJobs(l, 'matmulJob', lessThan(work, i32.const(MIN_PARALLEL_WORK.matmul))),
      ];
    },
    true,
  );

/** float [.., n] twice, parameters → layer norm of their sum, float [.., n]; with `keepSum` the sum before it. n is a multiple of 4. */
const skipLayerNorm = (frame: FrameAccess, keepSum: boolean) =>
  define(
    ['kernel', 'context'],
    ROW_LOCALS,
    [],
    (l) => {
      const width = i32.load(l.last.get);
      const work = i32.mul(l.rows.get, frame.get('size'));
      return [
        frame.readRows(l),
        frame.readInput(l, 1, frame.addressOf('second')),
        frame.readInput(l, 2, frame.addressOf('third')),
        frame.put('size', inBytes(width)),
        frame.put('total', l.rows.get),
        frame.makeRowsOutput(l, width, 0, 'sum'),
        keepSum ? frame.makeRowsOutput(l, width, 1) : frame.put('target', frame.get('sum')),
        frame.runJobs(l, 'normJob', lessThan(work, i32.const(MIN_PARALLEL_WORK.norm * 4 * BLOCK))),
      ];
    },
    true,
  );

/** As GATHER_QUANTIZED in `names.ts`. Gathering is limited by memory, so one thread does it. @throws if an index is not in the table */
const gatherQuantized = (frame: FrameAccess) =>
  define(
    ['kernel', 'context'],
    ['status', 'count', 'dim'],
    [],
    (l) => {
      const parameters = frame.get('size');
      return [
        frame.readInput(l, 1, frame.addressOf('second')),
        frame.readInput(l, 2, frame.addressOf('third')),
        frame.readInput(l, 3, frame.addressOf('source')),
        frame.readInput(l, 4, frame.addressOf('size')),
        frame.readInput(l, 0, frame.addressOf('input')),
        frame.readShape(l, 'first'),
        frame.countElements(l.count, l.dim),
        frame.appendDim(i32.mul(i32.mul(i32.load(parameters, 4), i32.load(parameters, 8)), i32.const(BLOCK))),
        frame.makeOutput(l, 0, frame.get('rank'), frame.addressOf('target')),
        if_(
          i32.eq(
            call(
              'gatherRows',
              ...(['input', 'second', 'third', 'source', 'size', 'target'] as const).map(frame.get),
              l.count.get,
            ),
            i32.const(0),
          ),
          frame.fail(l.kernel.get),
        ),
        i32.const(0),
      ];
    },
    true,
  );

/**
 * `bsh`: q, k, v float [b, s, heads · size]; `bnsh`: q [b, heads, s, size], k and v [b, key heads, keys, size]. Then a mask, float
 * [1 or b, 1 or heads, 1 or s, keys], or [1, 1, 1, 1] for none, and int32 [bits of the scale, heads]. → float [b, s, heads · size],
 * and a second output that is scratch.
 */
const attention = (frame: FrameAccess, layout: 'bsh' | 'bnsh') =>
  define(
    ['kernel', 'context'],
    ['status'],
    [],
    (l) => {
      const { dim, getField, putField, attentionField } = frame;
      const isPacked = layout === 'bsh';
      const inRows = (count: Code, row: AttentionField): Code => i32.mul(count, getField(row));
      const fields: [AttentionField, Code][] = [
        ['queries', dim(SHAPE, isPacked ? 1 : 2)],
        ['keys', dim(SECOND_SHAPE, isPacked ? 1 : 2)],
        ['queryRow', inBytes(dim(SHAPE, isPacked ? 2 : 3))],
        ['keyRow', inBytes(dim(SECOND_SHAPE, isPacked ? 2 : 3))],
        ['size', isPacked ? i32.divU(getField('queryRow'), getField('heads')) : getField('queryRow')],
        ['queryHead', isPacked ? getField('size') : inRows(getField('queries'), 'size')],
        ['keyHead', isPacked ? getField('size') : inRows(getField('keys'), 'size')],
        ['queryBatch', inRows(i32.mul(getField('queries'), getField('heads')), 'size')],
        ['keyBatch', isPacked ? inRows(getField('keys'), 'keyRow') : inRows(dim(SECOND_SHAPE, 1), 'keyHead')],
        ['groupSize', isPacked ? ONE : i32.divU(getField('heads'), dim(SECOND_SHAPE, 1))],
      ];
      const maskRow = inBytes(dim(SECOND_SHAPE, 3));
      const maskMatrix = i32.mul(maskRow, dim(SECOND_SHAPE, 2));
      /** An axis of size 1 is broadcast: its stride is 0. */
      const stride = (axis: number, bytes: Code): Code =>
        select(i32.eq(dim(SECOND_SHAPE, axis), ONE), i32.const(0), bytes);
      const tiles = i32.mul(
        i32.mul(dim(SHAPE, 0), getField('heads')),
        ceilDiv(getField('queries'), QUERY_TILE),
      );
      const work = i32.mul(frame.get('total'), getField('keys'));
      return [
        frame.readInput(l, 4, frame.addressOf('value')),
        putField('scale', i32.load(frame.get('value'))),
        putField('heads', i32.load(frame.get('value'), 4)),
        frame.readInput(l, 2, attentionField('value')),
        frame.readInput(l, 1, attentionField('key')),
        frame.readShape(l, 'second'),
        frame.readInput(l, 0, attentionField('query')),
        frame.readShape(l, 'first'),
        fields.map(([name, value]) => putField(name, value)),
        frame.readInput(l, 3, attentionField('mask')),
        frame.readShape(l, 'second'),
        putField('maskRow', stride(2, maskRow)),
        putField('maskHead', stride(1, maskMatrix)),
        putField('maskBatch', stride(0, i32.mul(maskMatrix, dim(SECOND_SHAPE, 1)))),
        if_(i32.eq(maskRow, i32.const(4)), putField('mask', i32.const(0))),
        frame.put('total', tiles),
        frame.put('rows', ONE),
        frame.setDim(1, getField('queries')),
        frame.setDim(2, i32.divU(i32.mul(getField('heads'), getField('size')), i32.const(4))),
        frame.makeOutput(l, 0, i32.const(3), attentionField('output')),
        frame.setDim(0, i32.const(JOBS)),
        frame.setDim(1, i32.const(QUERY_TILE)),
        frame.setDim(2, i32.add(getField('keys'), i32.const(SCORE_PADDING))),
        frame.makeOutput(l, 1, i32.const(3), attentionField('scores')),
        frame.runJobs(l, 'attentionJob', lessThan(work, i32.const(MIN_PARALLEL_WORK.attention))),
      ];
    },
    true,
  );

/**
 * @param slotOf table slot of one of our functions
 * @param frame address of FRAME_BYTES of memory
 */
export function operators(api: CApi, slotOf: (name: string) => number, frame: number) {
  const access = frameAccess(api, slotOf, frame);
  return {
    ...jobs,
    quantizeRows: quantizeRows(access, 'plain'),
    quantizeGelu: quantizeRows(access, 'gelu'),
    quantizeGated: quantizeRows(access, 'gated'),
    matmulQuantized: matmulQuantized(access),
    gatherQuantized: gatherQuantized(access),
    skipLayerNorm: skipLayerNorm(access, false),
    skipLayerNormWithSum: skipLayerNorm(access, true),
    attentionBsh: attention(access, 'bsh'),
    attentionBnsh: attention(access, 'bnsh'),
    convQuantized: convolution(access, { job: 'convolutionJob', scratch: jobScratchBytes }),
    convFloats: convolution(access, { job: 'floatConvolutionJob', scratch: floatJobScratchBytes }),
    convDepthwise: convolution(access, {
      job: 'depthwiseJob',
      scratch: depthwiseScratchBytes,
      isDepthwise: true,
    }),
  };
}
