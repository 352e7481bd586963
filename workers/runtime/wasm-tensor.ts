/** Tensors in the WASM heap. */

import type { Tensor, TensorData, TensorType } from './types.ts';
import { check, lastError, type OrtModule, withStack } from './wasm-module.ts';

/** ONNX element types: numeric code and JavaScript array type. */
const ELEMENT: {
  readonly [T in TensorType]: { code: number; bytes: number; view: (buffer: ArrayBuffer) => TensorData[T] };
} = {
  float32: { code: 1, bytes: 4, view: (buffer) => new Float32Array(buffer) },
  uint8: { code: 2, bytes: 1, view: (buffer) => new Uint8Array(buffer) },
  int8: { code: 3, bytes: 1, view: (buffer) => new Int8Array(buffer) },
  int32: { code: 6, bytes: 4, view: (buffer) => new Int32Array(buffer) },
  int64: { code: 7, bytes: 8, view: (buffer) => new BigInt64Array(buffer) },
  bool: { code: 9, bytes: 1, view: (buffer) => new Uint8Array(buffer) },
  float16: { code: 10, bytes: 2, view: (buffer) => new Uint16Array(buffer) },
};

export function elementType(code: number): TensorType {
  const found = (Object.keys(ELEMENT) as TensorType[]).find((type) => ELEMENT[type].code === code);
  if (!found) throw new Error(`The runtime gave a tensor of element type ${code}, which is not supported.`);
  return found;
}

/** A tensor of the caller's data: copied into the heap for each run it is fed to. */
export interface HostTensor extends Tensor {
  readonly host: ArrayBufferView;
}
/** A result of a run: stays in the heap until disposed. */
export interface HeapTensor extends Tensor {
  /** The runtime's OrtValue; 0 once disposed. */
  readonly handle: () => number;
}

export function hostTensor<T extends TensorType>(
  type: T,
  data: TensorData[T],
  dims: readonly number[],
): HostTensor {
  return { type, dims, host: data, getData: async () => data, dispose() {} };
}

/** Takes ownership of an OrtValue. */
export function heapTensor(module: OrtModule, value: number): HeapTensor {
  const { type, dims, pointer, bytes } = inspect(module, value);
  let handle = value;
  return {
    type,
    dims,
    handle: () => handle,
    async getData() {
      if (handle === 0) throw new Error('The tensor was disposed.');
      const copy = new Uint8Array(bytes);
      copy.set(module.HEAPU8.subarray(pointer, pointer + bytes));
      return ELEMENT[type].view(copy.buffer);
    },
    dispose() {
      if (handle !== 0) module._OrtReleaseTensor(handle);
      handle = 0;
    },
  };
}

function inspect(module: OrtModule, value: number) {
  return withStack(module, () => {
    const out = module.stackAlloc(16);
    check(module, module._OrtGetTensorData(value, out, out + 4, out + 8, out + 12), 'Reading a result');
    const type = elementType(module.getValue(out, 'i32'));
    const pointer = module.getValue(out + 4, '*');
    const dimsPointer = module.getValue(out + 8, '*');
    const rank = module.getValue(out + 12, 'i32');
    const dims = Array.from({ length: rank }, (_, i) => module.getValue(dimsPointer + 4 * i, 'i32'));
    module._OrtFree(dimsPointer);
    return { type, dims, pointer, bytes: dims.reduce((a, b) => a * b, ELEMENT[type].bytes) };
  });
}

/** An OrtValue over a heap copy of the caller's data. Both are released by `free`. */
export function borrow(module: OrtModule, tensor: HostTensor): { value: number; free: () => void } {
  const { host, dims, type } = tensor;
  const pointer = module._malloc(Math.max(1, host.byteLength));
  if (pointer === 0) throw new Error(`The WASM heap has no room for ${host.byteLength} bytes.`);
  module.HEAPU8.set(new Uint8Array(host.buffer, host.byteOffset, host.byteLength), pointer);
  const value = withStack(module, () => {
    const dimsPointer = module.stackAlloc(4 * Math.max(1, dims.length));
    dims.forEach((dim, i) => {
      module.setValue(dimsPointer + 4 * i, dim, 'i32');
    });
    const CPU = 1;
    return module._OrtCreateTensor(
      ELEMENT[type].code,
      pointer,
      host.byteLength,
      dimsPointer,
      dims.length,
      CPU,
    );
  });
  if (value === 0) {
    module._free(pointer);
    throw new Error(lastError(module));
  }
  return {
    value,
    free() {
      module._OrtReleaseTensor(value);
      module._free(pointer);
    },
  };
}
