/** Our operators (`names.ts`) as functions that the runtime calls: they read the inputs, make the outputs, and share the work. */
import { type Code, define, type Local } from '../simd/assemble.ts';
import {
  call,
  callSlot,
  choose,
  divideUp,
  i32,
  inBytes,
  increase,
  leave,
  lessThan,
  min,
  repeat,
  when,
} from '../simd/instructions.ts';
import { ATTENTION, type AttentionPart, QUERIES, SPARE } from './attend.ts';
import type { CApi } from './c-api.ts';
import { EDGE, offsetOf, PARTS, SECOND_SHAPE, SHAPE, type Word } from './frame.ts';
import { GRANULE, ROW_GRANULE_BYTES, ROWS, TILE } from './layout.ts';
import { SOURCES, type Source } from './quantize.ts';

/** More than threads, so that a thread which is held up does not hold up all. */
const JOBS = 8;
/**
 * Work from which more threads are woken, in blocks of a row (for products also of a tile), or in keys for a few queries: about
 * 0.2 ms for one thread, several times what waking takes.
 */
const MIN_PARALLEL_WORK = {
  plain: 16_384,
  gelu: 4096,
  gated: 4096,
  multiply: 16_384,
  normalize: 16_384,
  attend: 4096,
};

const ONE = i32.const(1);

const field = (frame: Code, name: Word): Code => i32.load(frame, offsetOf(name));

const share = (job: Code, of: { index: Local; total: Local; jobs: Local }): Code =>
  i32.div(i32.mul(i32.add(of.index.get, job), of.total.get), of.jobs.get);

/** Part `index` of what the frame says is to be done. */
const job = (run: (frame: Code, from: Code, to: Code, index: Code) => Code) =>
  define(['frame', 'index'], ['total', 'jobs'], [], (l) => [
    l.total.set(field(l.frame.get, 'total')),
    l.jobs.set(field(l.frame.get, 'jobs')),
    run(l.frame.get, share(i32.const(0), l), share(ONE, l), l.index.get),
  ]);

const quantizeJob = job((frame, from, to) =>
  call(
    'quantizeGroups',
    field(frame, 'source'),
    field(frame, 'input'),
    field(frame, 'second'),
    field(frame, 'target'),
    field(frame, 'rows'),
    field(frame, 'size'),
    from,
    to,
  ),
);

const multiplyJob = job((frame, from, to) =>
  call(
    'multiplyTiles',
    field(frame, 'input'),
    field(frame, 'second'),
    field(frame, 'target'),
    field(frame, 'rows'),
    from,
    to,
    i32.add(frame, i32.const(EDGE)),
  ),
);

const normalizeJob = job((frame, from, to) =>
  call(
    'normalizeRows',
    field(frame, 'input'),
    field(frame, 'second'),
    field(frame, 'third'),
    field(frame, 'sum'),
    field(frame, 'target'),
    field(frame, 'size'),
    from,
    to,
  ),
);

const attendJob = job((frame, from, to, index) =>
  call('attendUnits', i32.add(frame, i32.const(PARTS)), from, to, index),
);

/** @param frame address of FRAME_BYTES of memory */
export function operators({ slots }: CApi, slotOf: (name: string) => number, frame: number) {
  const at = (name: Word): Code => i32.const(frame + offsetOf(name));
  const get = (name: Word): Code => i32.load(at(name));
  const put = (name: Word, value: Code): Code => i32.store(at(name), value);
  const shape = i32.const(frame + SHAPE);
  const part = (name: AttentionPart): Code => i32.const(frame + PARTS + 4 * ATTENTION.indexOf(name));
  const getPart = (name: AttentionPart): Code => i32.load(part(name));
  const putPart = (name: AttentionPart, value: Code): Code => i32.store(part(name), value);

  /** Calls the API; a status other than 0 is an error, which ends the operator. */
  const api = (status: Local, name: keyof CApi['slots'], ...args: Code[]): Code => [
    status.set(callSlot(slots[name], args)),
    when(status.get, leave(status.get)),
  ];
  const readInput = (status: Local, context: Code, index: number, to: Code): Code => [
    api(status, 'getInput', context, i32.const(index), at('value')),
    api(status, 'getTensorMutableData', get('value'), to),
  ];
  /** The shape of the input read last. */
  const readShape = (status: Local, to: Code): Code => [
    api(status, 'getTensorTypeAndShape', get('value'), at('info')),
    api(status, 'getDimensionsCount', get('info'), at('rank')),
    api(status, 'getDimensions', get('info'), to, get('rank')),
    callSlot(slots.releaseTensorTypeAndShapeInfo, [get('info')], false),
  ];
  /** The first input's address and shape; `rows` in the frame, `last` the address of its last dimension. */
  const readRows = (l: Record<'context' | 'status' | 'last' | 'dim' | 'rows', Local>): Code => [
    readInput(l.status, l.context.get, 0, at('input')),
    readShape(l.status, shape),
    l.dim.set(shape),
    l.last.set(i32.add(l.dim.get, i32.mul(i32.sub(get('rank'), ONE), i32.const(8)))),
    l.rows.set(ONE),
    when(
      lessThan(l.dim.get, l.last.get),
      repeat(
        [l.rows.set(i32.mul(l.rows.get, i32.load(l.dim.get))), increase(l.dim, 8)],
        lessThan(l.dim.get, l.last.get),
      ),
    ),
    put('rows', l.rows.get),
  ];
  /** Output `index`, of the shape in the frame. */
  const output = (l: Record<'context' | 'status', Local>, index: number, rank: Code, to: Code): Code => [
    api(l.status, 'getOutput', l.context.get, i32.const(index), shape, rank, at('value')),
    api(l.status, 'getTensorMutableData', get('value'), to),
  ];
  /** Output `index`, of the first input's shape but for its last dimension. */
  const makeOutput = (
    l: Record<'context' | 'status' | 'last', Local>,
    width: Code,
    index = 0,
    to: Word = 'target',
  ): Code => [i32.store(l.last.get, width), output(l, index, get('rank'), at(to))];
  const inJobs = (l: Record<'context', Local>, name: string, alone: Code): Code => [
    when(i32.equal(i32.mul(get('rows'), get('total')), i32.const(0)), leave(i32.const(0))),
    put('jobs', min(get('total'), i32.const(JOBS))),
    when(alone, [put('jobs', ONE), call(name, i32.const(frame), i32.const(0)), leave(i32.const(0))]),
    callSlot(slots.parallelFor, [
      l.context.get,
      i32.const(slotOf(name)),
      get('jobs'),
      get('jobs'),
      i32.const(frame),
    ]),
  ];
  const LOCALS = ['status', 'last', 'dim', 'rows'] as const;

  /** float [.., k], for `gated` twice → uint8 [.., k / 32 · 40]; k a multiple of 32. */
  const quantizeRows = (source: Source) =>
    define(
      ['kernel', 'context'],
      LOCALS,
      [],
      (l) => [
        readRows(l),
        source === 'gated' ? readInput(l.status, l.context.get, 1, at('second')) : [],
        put('source', i32.const(SOURCES.indexOf(source))),
        put('size', i32.div(i32.load(l.last.get), i32.const(GRANULE))),
        put('total', divideUp(l.rows.get, ROWS)),
        makeOutput(l, i32.mul(get('size'), i32.const(ROW_GRANULE_BYTES))),
        inJobs(
          l,
          'quantizeJob',
          lessThan(i32.mul(l.rows.get, get('size')), i32.const(MIN_PARALLEL_WORK[source])),
        ),
      ],
      true,
    );

  /** Quantised rows [.., k / 32 · 40], packed weights → float [.., n]. */
  const multiplyQuantized = define(
    ['kernel', 'context'],
    LOCALS,
    [],
    (l) => [
      readRows(l),
      readInput(l.status, l.context.get, 1, at('second')),
      put('size', i32.load(get('second'), 4)),
      makeOutput(l, i32.load(get('second'))),
      put('total', divideUp(i32.load(get('second')), TILE)),
      inJobs(
        l,
        'multiplyJob',
        lessThan(
          i32.mul(i32.mul(l.rows.get, get('size')), get('total')),
          i32.const(MIN_PARALLEL_WORK.multiply),
        ),
      ),
    ],
    true,
  );

  /** float [.., n] twice, parameters → float [.., n], the normalised sum; with `keepSum` the sum before it. n a multiple of 4. */
  const normalize = (keepSum: boolean) =>
    define(
      ['kernel', 'context'],
      LOCALS,
      [],
      (l) => [
        readRows(l),
        readInput(l.status, l.context.get, 1, at('second')),
        readInput(l.status, l.context.get, 2, at('third')),
        put('size', i32.mul(i32.load(l.last.get), i32.const(4))),
        put('total', l.rows.get),
        makeOutput(l, i32.load(l.last.get), 0, 'sum'),
        keepSum ? makeOutput(l, i32.load(l.last.get), 1) : put('target', get('sum')),
        inJobs(
          l,
          'normalizeJob',
          lessThan(i32.mul(l.rows.get, get('size')), i32.const(MIN_PARALLEL_WORK.normalize * 4 * GRANULE)),
        ),
      ],
      true,
    );

  /**
   * `joined`: q, k, v float [b, s, heads · size]; else q [b, heads, s, size], k and v [b, key heads, keys, size]. Then a mask, float
   * [1 or b, 1 or heads, 1 or s, keys] or [1, 1, 1, 1] for none, and int32 [the scale's bits, heads]. → float [b, s, heads · size],
   * and a second output that is scratch.
   */
  const attend = (joined: boolean) =>
    define(
      ['kernel', 'context'],
      ['status'],
      [],
      (l) => {
        const input = (index: number, to: Code) => readInput(l.status, l.context.get, index, to);
        const dim = (of: number, index: number): Code => i32.load(i32.const(frame + of + 8 * index));
        const setDim = (index: number, value: Code): Code =>
          i32.store(i32.const(frame + SHAPE + 8 * index), value);
        const rows = (count: Code, size: AttentionPart): Code => i32.mul(count, getPart(size));
        const [queryRow, keyRow] = joined
          ? [inBytes(dim(SHAPE, 2)), inBytes(dim(SECOND_SHAPE, 2))]
          : [inBytes(dim(SHAPE, 3)), inBytes(dim(SECOND_SHAPE, 3))];
        const shapes: [AttentionPart, Code][] = [
          ['queries', dim(SHAPE, joined ? 1 : 2)],
          ['keys', dim(SECOND_SHAPE, joined ? 1 : 2)],
          ['queryRow', queryRow],
          ['keyRow', keyRow],
          ['size', joined ? i32.div(getPart('queryRow'), getPart('heads')) : getPart('queryRow')],
          ['queryHead', joined ? getPart('size') : rows(getPart('queries'), 'size')],
          ['keyHead', joined ? getPart('size') : rows(getPart('keys'), 'size')],
          ['queryBatch', rows(i32.mul(getPart('queries'), getPart('heads')), 'size')],
          ['keyBatch', joined ? rows(getPart('keys'), 'keyRow') : rows(dim(SECOND_SHAPE, 1), 'keyHead')],
          ['sharing', joined ? ONE : i32.div(getPart('heads'), dim(SECOND_SHAPE, 1))],
        ];
        const maskBytes = inBytes(dim(SECOND_SHAPE, 3));
        const single = (index: number) => i32.equal(dim(SECOND_SHAPE, index), ONE);
        const matrix = i32.mul(maskBytes, dim(SECOND_SHAPE, 2));
        /** Along an axis of which there is one, every step stays where it is. */
        const step = (index: number, bytes: Code): Code => choose(single(index), i32.const(0), bytes);
        const units = i32.mul(
          i32.mul(dim(SHAPE, 0), getPart('heads')),
          divideUp(getPart('queries'), QUERIES),
        );
        return [
          input(4, at('value')),
          putPart('scale', i32.load(get('value'))),
          putPart('heads', i32.load(get('value'), 4)),
          input(2, part('value')),
          input(1, part('key')),
          readShape(l.status, i32.const(frame + SECOND_SHAPE)),
          input(0, part('query')),
          readShape(l.status, shape),
          shapes.map(([name, value]) => putPart(name, value)),
          input(3, part('mask')),
          readShape(l.status, i32.const(frame + SECOND_SHAPE)),
          putPart('maskRow', step(2, maskBytes)),
          putPart('maskHead', step(1, matrix)),
          putPart('maskBatch', step(0, i32.mul(matrix, dim(SECOND_SHAPE, 1)))),
          when(i32.equal(maskBytes, i32.const(4)), putPart('mask', i32.const(0))),
          put('total', units),
          put('rows', ONE),
          setDim(1, getPart('queries')),
          setDim(2, i32.div(i32.mul(getPart('heads'), getPart('size')), i32.const(4))),
          output(l, 0, i32.const(3), part('mixed')),
          setDim(0, i32.const(JOBS)),
          setDim(1, i32.const(QUERIES)),
          setDim(2, i32.add(getPart('keys'), i32.const(SPARE))),
          output(l, 1, i32.const(3), part('scores')),
          inJobs(
            l,
            'attendJob',
            lessThan(i32.mul(get('total'), getPart('keys')), i32.const(MIN_PARALLEL_WORK.attend)),
          ),
        ];
      },
      true,
    );

  return {
    quantizeJob,
    multiplyJob,
    normalizeJob,
    attendJob,
    ...Object.fromEntries(SOURCES.map((source) => [`${source}Rows`, quantizeRows(source)])),
    multiplyQuantized,
    normalize: normalize(false),
    normalizeSum: normalize(true),
    attend: attend(false),
    attendJoined: attend(true),
  };
}
