/** Jobs: parts of an operator's work, run by the runtime's threads. They find all they need in the operator's frame. */
import { type Code, define, type Local } from '../simd/assemble.ts';
import { call, i32, switch_ } from '../simd/instructions.ts';
import { ATTENTION_FIELDS, CONVOLUTION_FIELDS, offsetOf, PARTIAL_TILE, type Word } from './frame.ts';

const field = (frame: Code, name: Word): Code => i32.load(frame, offsetOf(name));

/** The first unit of job `job`, with `total` units in `jobs` jobs. */
const firstUnit = (job: Code, { total, jobs }: Record<'total' | 'jobs', Local>): Code =>
  i32.divU(i32.mul(job, total.get), jobs.get);

/** Calls `run` with the units of job `index`. */
const job = (run: (frame: Code, from: Code, to: Code, index: Code) => Code) =>
  define(['frame', 'index'], ['total', 'jobs'], [], (l) => [
    l.total.set(field(l.frame.get, 'total')),
    l.jobs.set(field(l.frame.get, 'jobs')),
    run(
      l.frame.get,
      firstUnit(l.index.get, l),
      firstUnit(i32.add(l.index.get, i32.const(1)), l),
      l.index.get,
    ),
  ]);

/** Calls kernel function `name` with fields of the frame, the units, and what `more` gives. */
const jobOf = (name: string, fields: readonly Word[], more: (frame: Code) => Code[] = () => []) =>
  job((frame, from, to) => call(name, ...fields.map((each) => field(frame, each)), from, to, ...more(frame)));

const named = {
  quantizeJob: jobOf('quantizeGroups', ['source', 'input', 'second', 'target', 'rows', 'size']),
  matmulJob: jobOf('matmulTiles', ['input', 'second', 'target', 'rows'], (frame) => [
    i32.add(frame, i32.const(PARTIAL_TILE)),
  ]),
  normJob: jobOf('normalizeRows', ['input', 'second', 'third', 'sum', 'target', 'size']),
  attentionJob: job((frame, from, to, index) =>
    call('attendTiles', i32.add(frame, i32.const(ATTENTION_FIELDS)), from, to, index),
  ),
  floatConvolutionJob: job((frame, from, to, index) =>
    call('convolveFloats', i32.add(frame, i32.const(CONVOLUTION_FIELDS)), from, to, index),
  ),
  depthwiseJob: job((frame, from, to, index) =>
    call('convolvePlanes', i32.add(frame, i32.const(CONVOLUTION_FIELDS)), from, to, index),
  ),
  convolutionJob: job((frame, from, to, index) =>
    call('convolveUnits', i32.add(frame, i32.const(CONVOLUTION_FIELDS)), from, to, index),
  ),
};
export type JobName = keyof typeof named;
export const JOB_NAMES = Object.keys(named) as JobName[];

/** The function that a thread runs: the frame's job. Jobs of all kinds share it, because table slots are few. */
const runJob = define(['frame', 'index'], [], [], (l) =>
  switch_(field(l.frame.get, 'job'), [...JOB_NAMES.keys()], (i) =>
    call(JOB_NAMES[i] as JobName, l.frame.get, l.index.get),
  ),
);

export const jobs = { ...named, runJob };
