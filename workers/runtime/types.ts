/** The runtime as the rest of the worker sees it; `ort.ts` is the one file that imports onnxruntime-web. */
import type { Device, Dtype } from '../../src/shared/types.ts';
import type { ModelFolder } from '../models/folder.ts';

export interface TensorData {
  float32: Float32Array;
  float16: Uint16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  int8: Int8Array;
  bool: Uint8Array;
}
export type TensorType = keyof TensorData;

/** A tensor. Results of a run stay where they were computed (WASM heap, GPU buffer) until they are read or fed to another run. */
export interface Tensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  /** A copy of the data, row-major, of the array type that `TensorData` names. */
  getData(): Promise<TensorData[TensorType]>;
  /** Frees the memory. A second call has no effect. */
  dispose(): void;
}

/** A graph input or output. In `shape` numbers are fixed axes and strings symbolic ones. */
export interface ValueInfo {
  readonly type: TensorType;
  readonly shape: readonly (number | string)[];
}

/** A session of a backend, without validation and with the runtime's own errors. */
export interface RawSession {
  readonly inputs: ReadonlyMap<string, ValueInfo>;
  readonly outputs: ReadonlyMap<string, ValueInfo>;
  run(feeds: Readonly<Record<string, Tensor>>, fetch: readonly string[]): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

export interface GraphSession extends RawSession {
  /**
   * One forward pass; all outputs unless `fetch` names some. The caller disposes the results it does not pass on, also if a later step fails.
   * @throws TteError run-failed (names, types and ranks are checked before the runtime sees them) | device-lost
   */
  run(feeds: Readonly<Record<string, Tensor>>, fetch?: readonly string[]): Promise<Record<string, Tensor>>;
}

/** The weight format of each session, as `dtypePlans` chooses them. */
export type Dtypes = Readonly<Record<string, Dtype>>;

export interface OpenOptions {
  folder: ModelFolder;
  /** Key of `descriptor.sessions`. */
  session: string;
  dtypes: Dtypes;
  /** Append the greedy choice of the next token (`next_token`, int64 [batch, 1]) if the graph outputs logits. */
  nextToken?: boolean;
  /** On WASM: convolutions with 8-bit weights are computed in floats, for graphs whose results change too much if their inputs are rounded to 8 bits. */
  floatConvolutions?: boolean;
  /** On WebGPU: outputs of hidden states, by preference, that are pooled where they are (see `RewriteRequest.pool`). */
  pool?: readonly string[];
  /** On WebGPU: outputs left in GPU buffers (the others are read back by `run`). On WASM all stay in the heap. */
  onDevice?: (output: string) => boolean;
  signal: AbortSignal;
}

export interface Runtime {
  readonly device: Device;
  readonly threads: number;
  open(options: OpenOptions): Promise<GraphSession>;
  /** A tensor in the worker's memory; `data` is not copied. */
  tensor<T extends TensorType>(type: T, data: TensorData[T], dims: readonly number[]): Tensor;
  /** Terminates its threads. Its memory is freed once the last session is released. */
  dispose(): void;
}
