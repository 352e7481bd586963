/**
 * The runtime's C API, `struct OrtApi` of onnxruntime_c_api.h: an array of function pointers, which in WASM are slots of the
 * module's table. Its order never changes. Its address is that of the pinned build, and is checked before use.
 */

export const ADDRESS = 787_120;

const INDEX = {
  createStatus: 0,
  getErrorCode: 1,
  createCustomOpDomain: 26,
  addToCustomOpDomain: 27,
  addCustomOpDomain: 28,
  getTensorMutableData: 51,
  getDimensionsCount: 61,
  getDimensions: 62,
  getTensorTypeAndShape: 65,
  getInput: 90,
  getOutput: 91,
  releaseTensorTypeAndShapeInfo: 99,
  parallelFor: 274,
} as const;

/** Functions for TensorRT, CUDA, CANN, Dnnl and ROCm: no browser has these, nothing calls them, their slots can be taken. */
const UNUSED = [170, 171, 172, 173, 174, 204, 205, 206, 207, 208, 220, 221, 222, 223, 224].concat([
  239, 240, 241, 242, 243, 255, 256, 257, 258,
]);

/** So many functions at least are in the array, each in a slot of its own. */
const LEAST = 300;

export interface CApi {
  /** Slots of the functions. */
  readonly slots: Readonly<Record<keyof typeof INDEX, number>>;
  /** Slots that can be taken. */
  readonly free: readonly number[];
}

/** @throws Error when this is not the build whose API lies there */
export function readCApi(memory: WebAssembly.Memory, table: WebAssembly.Table): CApi {
  const words = new Uint32Array(memory.buffer, ADDRESS, LEAST);
  if (new Set(words).size !== LEAST || !words.every((slot) => slot > 0 && slot < table.length))
    throw new Error('This build of onnxruntime-web is not the one expected.');
  const entries = Object.entries(INDEX).map(([name, index]) => [name, words[index]]);
  return { slots: Object.fromEntries(entries), free: UNUSED.map((index) => words[index]!) };
}
