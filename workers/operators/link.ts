/** Puts our operators beside the runtime's own: a module that shares its memory and takes unused slots of its table. */

import { assemble, define, type Func } from '../simd/assemble.ts';
import { relaxed } from '../simd/instructions.ts';
import { attending } from './attend.ts';
import { type ApiFunction, apiCaller, type CApi, readCApi } from './c-api.ts';
import { described, EXTRA, OPERATOR_BYTES } from './custom-operator.ts';
import { FRAME_BYTES } from './frame.ts';
import { ATTEND, DOMAIN, MULTIPLY_QUANTIZED, NORMALIZE, QUANTIZE } from './names.ts';
import { normalizing } from './normalize.ts';
import { operators } from './operators.ts';
import { multiplying } from './product.ts';
import { quantizing } from './quantize.ts';

/** Functions the runtime calls: theirs are the slots. */
const CALLED = [
  'createKernel',
  'destroyKernel',
  'getName',
  'getInputCount',
  'getOutputCount',
  'getOutputType',
  'getInputType',
  'none',
  'one',
  'noneOf',
  'quantizeJob',
  'multiplyJob',
  'normalizeJob',
  'attendJob',
  'plainRows',
  'geluRows',
  'gatedRows',
  'multiplyQuantized',
  'normalize',
  'normalizeSum',
  'attend',
  'attendJoined',
] as const;
type Called = (typeof CALLED)[number];

/** The runtime's log level. */
const ERRORS_ONLY = 3;

const FLOAT = 1;
const BYTE = 2;
const INT32 = 6;

/** A module with one such instruction. */
const RELAXED = assemble({
  probe: define([], [], ['x'], ({ x }) => x.set(relaxed.dotPairs(x.get, x.get))),
});

/** Every thread has a table of its own; `frame` is 0 on those that only take part in jobs. */
function fill(api: CApi, memory: WebAssembly.Memory, table: WebAssembly.Table, frame: number) {
  const slots = Object.fromEntries(CALLED.map((name, i) => [name, api.free[i]!])) as Record<Called, number>;
  const functions: Record<string, Func> = {
    ...quantizing,
    ...multiplying(WebAssembly.validate(RELAXED)),
    ...normalizing,
    ...attending,
    ...described,
    ...operators(api, (name) => slots[name as Called], frame),
  };
  const module = new WebAssembly.Module(assemble(functions, true));
  const { exports } = new WebAssembly.Instance(module, { host: { memory, table } });
  for (const name of CALLED) table.set(slots[name], exports[name] as () => void);
  return slots;
}

/** For the runtime's other threads. */
export function linkThread(memory: WebAssembly.Memory, table: WebAssembly.Table): void {
  fill(readCApi(memory), memory, table, 0);
}

export interface Host {
  memory: WebAssembly.Memory;
  table: WebAssembly.Table;
  allocate: (bytes: number) => number;
}

export interface Linked {
  /** Creates the runtime's environment with its thread pool, before the runtime would by itself. */
  createEnvironment(threads: number): void;
  /** Gives a session's options our operators. */
  addOperators(sessionOptions: number): void;
}

/** @param host the known build, instantiated */
export function link({ memory, table, allocate }: Host): Linked {
  const api = readCApi(memory);
  const callApi = apiCaller(api, table);
  const slots = fill(api, memory, table, allocate(FRAME_BYTES));
  // The memory may have grown since: no view is kept.
  const words = () => new Uint32Array(memory.buffer);
  const text = (value: string) => {
    const bytes = new TextEncoder().encode(`${value}\0`);
    const pointer = allocate(bytes.length);
    new Uint8Array(memory.buffer).set(bytes, pointer);
    return pointer;
  };
  const makeOperator = (
    name: string,
    compute: Called,
    inputTypes: number[],
    outputType: number,
    outputs = 1,
  ) => {
    const pointer = allocate(OPERATOR_BYTES);
    const { createKernel, destroyKernel, getName, getInputType, getInputCount } = slots;
    const { getOutputType, getOutputCount } = slots;
    const { none, one, noneOf } = slots;
    const VERSION = 16; // of the API: the first in which an operator returns a status
    const description = [
      VERSION,
      createKernel,
      getName,
      none,
      getInputType,
      getInputCount,
      getOutputType,
      getOutputCount,
    ];
    const kernel = [0, destroyKernel, noneOf, noneOf, noneOf, one, one, one, one, 0, slots[compute]];
    const fields = [...description, ...kernel];
    const extra = [text(name), inputTypes.length, outputs, outputType, ...inputTypes];
    words().fill(0, pointer / 4, (pointer + OPERATOR_BYTES) / 4);
    words().set(fields, pointer / 4);
    words().set(extra, (pointer + EXTRA.name) / 4);
    return pointer;
  };
  const out = allocate(4);
  const created = (name: ApiFunction, ...args: number[]): number => {
    callApi(name, ...args, out);
    return words()[out / 4]!;
  };
  const domain = created('createCustomOpDomain', text(DOMAIN));
  const made = [
    makeOperator(QUANTIZE.plain, 'plainRows', [FLOAT], BYTE),
    makeOperator(QUANTIZE.gelu, 'geluRows', [FLOAT], BYTE),
    makeOperator(QUANTIZE.gated, 'gatedRows', [FLOAT, FLOAT], BYTE),
    makeOperator(MULTIPLY_QUANTIZED, 'multiplyQuantized', [BYTE, BYTE], FLOAT),
    makeOperator(NORMALIZE.alone, 'normalize', [FLOAT, FLOAT, FLOAT], FLOAT),
    makeOperator(NORMALIZE.withSum, 'normalizeSum', [FLOAT, FLOAT, FLOAT], FLOAT, 2),
    makeOperator(ATTEND.apart, 'attend', [FLOAT, FLOAT, FLOAT, FLOAT, INT32], FLOAT, 2),
    makeOperator(ATTEND.joined, 'attendJoined', [FLOAT, FLOAT, FLOAT, FLOAT, INT32], FLOAT, 2),
  ];
  for (const operator of made) callApi('addToCustomOpDomain', domain, operator);
  return {
    createEnvironment(threads) {
      const options = created('createThreadingOptions');
      callApi('setGlobalIntraOpNumThreads', options, threads);
      callApi('setGlobalInterOpNumThreads', options, 1);
      // A thread that spins between jobs takes a core from whoever is at work: two cores are common.
      callApi('setGlobalSpinControl', options, 0);
      created('createEnvWithGlobalThreadPools', ERRORS_ONLY, text('Default'), options);
      table.get(api.slots.releaseThreadingOptions)(options);
    },
    addOperators: (sessionOptions) => callApi('addCustomOpDomain', sessionOptions, domain),
  };
}
