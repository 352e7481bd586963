/** Code that the operators share: reading and writing the frame, calling the runtime, splitting work into jobs. */
import type { Code, Local } from '../simd/assemble.ts';
import {
  call,
  callIndirect,
  i32,
  if_,
  increment,
  lessThan,
  loop,
  min,
  return_,
} from '../simd/instructions.ts';
import { ATTENTION, type AttentionField } from './attention.ts';
import type { ApiFunction, CApi } from './c-api.ts';
import { CONVOLUTION, type ConvolutionField } from './convolution-layout.ts';
import { EXTRA } from './custom-operator.ts';
import { ATTENTION_FIELDS, CONVOLUTION_FIELDS, offsetOf, SECOND_SHAPE, SHAPE, type Word } from './frame.ts';
import { JOB_NAMES, type JobName } from './jobs.ts';

/** More jobs than threads, so that one delayed thread does not delay the whole operator. */
export const JOBS = 8;

const ONE = i32.const(1);
/** `ORT_INVALID_ARGUMENT`. */
const INVALID_ARGUMENT = 2;

/** Locals of an operator. `status`: the last return value of the API. */
type CallLocals = Record<'context' | 'status', Local>;
/** Of an operator over the rows of its first input. `last`: address of the last dimension in the frame. */
export const ROW_LOCALS = ['status', 'last', 'dim', 'rows'] as const;
type RowLocals = Record<'context' | (typeof ROW_LOCALS)[number], Local>;

/**
 * @param slotOf table slot of one of our functions
 * @param frame address of FRAME_BYTES of memory
 */
export function frameAccess({ slots }: CApi, slotOf: (name: string) => number, frame: number) {
  const addressOf = (name: Word): Code => i32.const(frame + offsetOf(name));
  const get = (name: Word): Code => i32.load(addressOf(name));
  const put = (name: Word, value: Code): Code => i32.store(addressOf(name), value);
  const attentionField = (name: AttentionField): Code =>
    i32.const(frame + ATTENTION_FIELDS + 4 * ATTENTION.indexOf(name));
  const convolutionField = (name: ConvolutionField): Code =>
    i32.const(frame + CONVOLUTION_FIELDS + 4 * CONVOLUTION.indexOf(name));
  const shapes = { first: i32.const(frame + SHAPE), second: i32.const(frame + SECOND_SHAPE) };
  const dimAt = (shape: number, index: number): Code => i32.const(frame + shape + 8 * index);

  /** Calls the API; a non-zero status is an error and ends the operator. */
  const api = (status: Local, name: ApiFunction, ...args: Code[]): Code => [
    status.set(callIndirect(slots[name], args)),
    if_(status.get, return_(status.get)),
  ];

  /** Writes the address of the input's data to `to`. */
  const readInput = ({ context, status }: CallLocals, index: number, to: Code): Code => [
    api(status, 'getInput', context.get, i32.const(index), addressOf('value')),
    api(status, 'getTensorMutableData', get('value'), to),
  ];
  /** The shape of the input that was read last. */
  const readShape = ({ status }: Pick<CallLocals, 'status'>, to: keyof typeof shapes): Code => [
    api(status, 'getTensorTypeAndShape', get('value'), addressOf('info')),
    api(status, 'getDimensionsCount', get('info'), addressOf('rank')),
    api(status, 'getDimensions', get('info'), shapes[to], get('rank')),
    callIndirect(slots.releaseTensorTypeAndShapeInfo, [get('info')], false),
  ];
  /** The first input's address, shape and number of rows, which is the product of all dimensions but the last. */
  const readRows = (l: RowLocals): Code => [
    readInput(l, 0, addressOf('input')),
    readShape(l, 'first'),
    l.dim.set(shapes.first),
    l.last.set(i32.add(l.dim.get, i32.mul(i32.sub(get('rank'), ONE), i32.const(8)))),
    l.rows.set(ONE),
    if_(
      lessThan(l.dim.get, l.last.get),
      loop(
        [l.rows.set(i32.mul(l.rows.get, i32.load(l.dim.get))), increment(l.dim, 8)],
        lessThan(l.dim.get, l.last.get),
      ),
    ),
    put('rows', l.rows.get),
  ];

  /** The number of elements of the value whose shape was read last. */
  const countElements = (count: Local, dim: Local): Code => {
    const end = i32.add(shapes.first, i32.mul(get('rank'), i32.const(8)));
    return [
      count.set(ONE),
      dim.set(shapes.first),
      if_(
        lessThan(dim.get, end),
        loop([count.set(i32.mul(count.get, i32.load(dim.get))), increment(dim, 8)], lessThan(dim.get, end)),
      ),
    ];
  };
  /** Appends a dimension to the frame's first shape. */
  const appendDim = (size: Code): Code => {
    const end = i32.add(shapes.first, i32.mul(get('rank'), i32.const(8)));
    return [i32.store(end, size), i32.store(end, i32.const(0), 4), put('rank', i32.add(get('rank'), ONE))];
  };

  /** Ends the operator with an error, whose text is the operator's name. */
  const fail = (operator: Code): Code =>
    return_(callIndirect(slots.createStatus, [i32.const(INVALID_ARGUMENT), i32.load(operator, EXTRA.name)]));

  /** Allocates output `index` with the frame's first shape, and writes its address to `to`. */
  const makeOutput = ({ context, status }: CallLocals, index: number, rank: Code, to: Code): Code => [
    api(status, 'getOutput', context.get, i32.const(index), shapes.first, rank, addressOf('value')),
    api(status, 'getTensorMutableData', get('value'), to),
  ];
  /** The same with the first input's shape, except for its last dimension. */
  const makeRowsOutput = (l: RowLocals, width: Code, index = 0, to: Word = 'target'): Code => [
    i32.store(l.last.get, width),
    makeOutput(l, index, get('rank'), addressOf(to)),
  ];

  /** Runs job function `name` over the work that the frame describes, on one thread if `isSmall`. */
  const runJobs = ({ context }: Pick<CallLocals, 'context'>, name: JobName, isSmall: Code): Code => [
    if_(i32.eq(i32.mul(get('rows'), get('total')), i32.const(0)), return_(i32.const(0))),
    put('job', i32.const(JOB_NAMES.indexOf(name))),
    put('jobs', min(get('total'), i32.const(JOBS))),
    if_(isSmall, [put('jobs', ONE), call('runJob', i32.const(frame), i32.const(0)), return_(i32.const(0))]),
    callIndirect(slots.parallelFor, [
      context.get,
      i32.const(slotOf('runJob')),
      get('jobs'),
      get('jobs'),
      i32.const(frame),
    ]),
  ];

  return {
    addressOf,
    get,
    put,
    attentionField,
    convolutionField,
    getConvolution: (name: ConvolutionField): Code => i32.load(convolutionField(name)),
    putConvolution: (name: ConvolutionField, value: Code): Code => i32.store(convolutionField(name), value),
    getField: (name: AttentionField): Code => i32.load(attentionField(name)),
    putField: (name: AttentionField, value: Code): Code => i32.store(attentionField(name), value),
    dim: (shape: number, index: number): Code => i32.load(dimAt(shape, index)),
    setDim: (index: number, value: Code): Code => i32.store(dimAt(SHAPE, index), value),
    readInput,
    readShape,
    readRows,
    countElements,
    appendDim,
    fail,
    makeOutput,
    makeRowsOutput,
    runJobs,
  };
}
export type FrameAccess = ReturnType<typeof frameAccess>;
