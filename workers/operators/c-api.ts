/**
 * The runtime's C API, `struct OrtApi` of onnxruntime_c_api.h: an array of function pointers, which in WASM are slots of the
 * module's table. Its order never changes; its address is that of one build (`runtime-build.ts`).
 */
import { RUNTIME_BUILD } from './runtime-build.ts';

/** Indices of the functions we call, with the number of their parameters. */
export const FUNCTIONS = {
  createStatus: { index: 0, parameters: 2 },
  getErrorCode: { index: 1, parameters: 1 },
  createCustomOpDomain: { index: 26, parameters: 2 },
  addToCustomOpDomain: { index: 27, parameters: 2 },
  addCustomOpDomain: { index: 28, parameters: 2 },
  getTensorMutableData: { index: 51, parameters: 2 },
  getDimensionsCount: { index: 61, parameters: 2 },
  getDimensions: { index: 62, parameters: 3 },
  getTensorTypeAndShape: { index: 65, parameters: 2 },
  getInput: { index: 90, parameters: 3 },
  getOutput: { index: 91, parameters: 5 },
  releaseTensorTypeAndShapeInfo: { index: 99, parameters: 1 },
  createEnvWithGlobalThreadPools: { index: 119, parameters: 4 },
  createThreadingOptions: { index: 121, parameters: 1 },
  releaseThreadingOptions: { index: 122, parameters: 1 },
  setGlobalIntraOpNumThreads: { index: 147, parameters: 2 },
  setGlobalInterOpNumThreads: { index: 148, parameters: 2 },
  setGlobalSpinControl: { index: 149, parameters: 2 },
  parallelFor: { index: 274, parameters: 5 },
} as const;
export type ApiFunction = keyof typeof FUNCTIONS;

/** Indices of functions for TensorRT, CUDA, CANN, Dnnl and ROCm: no browser has these, nothing calls them, we take their slots. */
export const UNUSED: readonly number[] = [
  ...[170, 171, 172, 173, 174, 204, 205, 206, 207, 208, 220, 221, 222, 223, 224],
  ...[239, 240, 241, 242, 243, 255, 256, 257, 258],
];

/** @param sha256 of the runtime's compiled core, lower-case hex */
export const isKnownBuild = (sha256: string): boolean => sha256 === RUNTIME_BUILD.sha256;

export interface CApi {
  /** Table slots of the functions. */
  readonly slots: Readonly<Record<ApiFunction, number>>;
  /** Table slots that may be overwritten. */
  readonly free: readonly number[];
}

/** @param memory of the known build, instantiated */
export function readCApi(memory: WebAssembly.Memory, address = RUNTIME_BUILD.apiAddress): CApi {
  const words = new Uint32Array(memory.buffer, address);
  const entries = Object.entries(FUNCTIONS).map(([name, { index }]) => [name, words[index]]);
  return { slots: Object.fromEntries(entries), free: UNUSED.map((index) => words[index]!) };
}

/** Calls the API. @throws Error with the runtime's error code */
export type CallApi = (name: ApiFunction, ...args: number[]) => void;

export function apiCaller({ slots }: CApi, table: WebAssembly.Table): CallApi {
  return (name, ...args) => {
    const status = table.get(slots[name])(...args);
    if (status === 0) return;
    throw new Error(`The runtime refused ${name}: error ${table.get(slots.getErrorCode)(status)}.`);
  };
}
