/** Adds our operators to the runtime: a module that shares its memory and takes over unused slots of its function table. */

import { assemble, type Func } from '../simd/assemble.ts';
import { attentionKernel } from './attention.ts';
import { type ApiFunction, apiCaller, type CApi, readCApi } from './c-api.ts';
import { convolutionKernel } from './convolution.ts';
import { floatConvolutionKernel } from './convolution-floats.ts';
import { ELEMENT, type OperatorDescription, operatorCallbacks, operatorWords } from './custom-operator.ts';
import { depthwiseKernel } from './depthwise.ts';
import { DOTS, multiplyAddOf, simdDot } from './dot.ts';
import { FRAME_BYTES } from './frame.ts';
import { gatherKernel } from './gather.ts';
import type { jobs } from './jobs.ts';
import { matmulKernel } from './matmul.ts';
import {
  ATTENTION_OPERATORS,
  CONV_DEPTHWISE,
  CONV_FLOATS,
  CONV_QUANTIZED,
  DOMAIN,
  GATHER_QUANTIZED,
  MATMUL_QUANTIZED,
  QUANTIZE,
  SKIP_LAYER_NORM,
} from './names.ts';
import { normKernel } from './norm.ts';
import { operators } from './operators.ts';
import { quantizeKernel } from './quantize.ts';

const { float, uint8, int32, int64 } = ELEMENT;
const ATTENTION_INPUTS = [float, float, float, float, int32];

type Operator = Exclude<keyof ReturnType<typeof operators>, keyof typeof jobs>;

/** Properties of the operators that the runtime asks for, by the function that computes them. */
const DESCRIPTIONS: Readonly<
  Record<Operator, Pick<OperatorDescription, 'inputTypes' | 'outputType' | 'outputs'> & { name: string }>
> = {
  quantizeRows: { name: QUANTIZE.plain, inputTypes: [float], outputType: uint8, outputs: 1 },
  quantizeGelu: { name: QUANTIZE.gelu, inputTypes: [float], outputType: uint8, outputs: 1 },
  quantizeGated: { name: QUANTIZE.gated, inputTypes: [float, float], outputType: uint8, outputs: 1 },
  matmulQuantized: { name: MATMUL_QUANTIZED, inputTypes: [uint8, uint8], outputType: float, outputs: 1 },
  gatherQuantized: {
    name: GATHER_QUANTIZED,
    inputTypes: [int64, uint8, float, uint8, int32],
    outputType: float,
    outputs: 1,
  },
  skipLayerNorm: {
    name: SKIP_LAYER_NORM.plain,
    inputTypes: [float, float, float],
    outputType: float,
    outputs: 1,
  },
  skipLayerNormWithSum: {
    name: SKIP_LAYER_NORM.withSum,
    inputTypes: [float, float, float],
    outputType: float,
    outputs: 2,
  },
  attentionBsh: {
    name: ATTENTION_OPERATORS.bsh,
    inputTypes: ATTENTION_INPUTS,
    outputType: float,
    outputs: 2,
  },
  attentionBnsh: {
    name: ATTENTION_OPERATORS.bnsh,
    inputTypes: ATTENTION_INPUTS,
    outputType: float,
    outputs: 2,
  },
  convFloats: { name: CONV_FLOATS, inputTypes: [float, uint8, int32], outputType: float, outputs: 2 },
  convDepthwise: { name: CONV_DEPTHWISE, inputTypes: [float, uint8, int32], outputType: float, outputs: 2 },
  convQuantized: { name: CONV_QUANTIZED, inputTypes: [float, uint8, int32], outputType: float, outputs: 2 },
};

type Callback = keyof typeof operatorCallbacks | 'runJob' | Operator;
/** Functions that the runtime calls, and which therefore need a table slot. */
const CALLBACKS = [...Object.keys(operatorCallbacks), 'runJob', ...Object.keys(DESCRIPTIONS)] as Callback[];

/** The runtime's log level. */
const ERRORS_ONLY = 3;

/**
 * Instantiates our module and fills the table slots. Every thread has its own table.
 * @param frame address of FRAME_BYTES of memory; 0 on threads that only run jobs
 */
function fillTable(api: CApi, memory: WebAssembly.Memory, table: WebAssembly.Table, frame: number) {
  const slots = Object.fromEntries(CALLBACKS.map((name, i) => [name, api.free[i]!])) as Record<
    Callback,
    number
  >;
  const dot = simdDot();
  const multiplyAdd = multiplyAddOf(dot);
  const functions: Record<string, Func> = {
    ...quantizeKernel,
    ...matmulKernel(DOTS[dot]),
    ...gatherKernel,
    ...normKernel,
    ...attentionKernel,
    ...convolutionKernel(multiplyAdd),
    ...floatConvolutionKernel(multiplyAdd),
    ...depthwiseKernel(multiplyAdd),
    ...operatorCallbacks,
    ...operators(api, (name) => slots[name as Callback], frame),
  };
  const module = new WebAssembly.Module(assemble(functions, true));
  const { exports } = new WebAssembly.Instance(module, { host: { memory, table } });
  for (const name of CALLBACKS) table.set(slots[name], exports[name] as () => void);
  return slots;
}

/** Links a thread of the runtime's pool, so that it can run our jobs. */
export function linkThread(memory: WebAssembly.Memory, table: WebAssembly.Table): void {
  fillTable(readCApi(memory), memory, table, 0);
}

export interface Host {
  memory: WebAssembly.Memory;
  table: WebAssembly.Table;
  allocate: (bytes: number) => number;
}

export interface Linked {
  /** Creates the runtime's environment, and with it the thread pool, before the runtime does. */
  createEnvironment(threads: number): void;
  /** Registers the operators with a session's options. */
  addOperators(sessionOptions: number): void;
}

/** @param host an instance of the known build */
export function link({ memory, table, allocate }: Host): Linked {
  const api = readCApi(memory);
  const callApi = apiCaller(api, table);
  const slots = fillTable(api, memory, table, allocate(FRAME_BYTES));

  /** Copies words or bytes into the runtime's memory, of which no view is kept because it may grow. */
  const store = (data: Uint8Array | Uint32Array): number => {
    const pointer = allocate(data.byteLength);
    new Uint8Array(memory.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), pointer);
    return pointer;
  };
  const cString = (value: string) => store(new TextEncoder().encode(`${value}\0`));
  const out = allocate(4);
  /** Calls an API function whose last parameter receives a pointer. */
  const create = (name: ApiFunction, ...args: number[]): number => {
    callApi(name, ...args, out);
    return new Uint32Array(memory.buffer)[out / 4]!;
  };

  const domain = create('createCustomOpDomain', cString(DOMAIN));
  for (const [compute, { name, ...description }] of Object.entries(DESCRIPTIONS)) {
    const operator = { ...description, name: cString(name), compute: slots[compute as Operator] };
    callApi('addToCustomOpDomain', domain, store(operatorWords(operator, slots)));
  }

  return {
    createEnvironment(threads) {
      const options = create('createThreadingOptions');
      callApi('setGlobalIntraOpNumThreads', options, threads);
      callApi('setGlobalInterOpNumThreads', options, 1);
      // A thread that spins between jobs takes a core from the others: on two cores, from the thread it works for.
      callApi('setGlobalSpinControl', options, 0);
      create('createEnvWithGlobalThreadPools', ERRORS_ONLY, cString('Default'), options);
      table.get(api.slots.releaseThreadingOptions)(options);
    },
    addOperators: (sessionOptions) => callApi('addCustomOpDomain', sessionOptions, domain),
  };
}
