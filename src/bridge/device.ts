import type { Device } from '../shared/types.ts';

/**
 * WebGPU if the browser offers a GPU. A fallback adapter does not count: it runs on the CPU, far slower than WASM. Whether a GPU
 * computes correctly is decided by the worker's self-test.
 */
export async function chooseDevice(): Promise<Device> {
  const adapter = await globalThis.navigator?.gpu?.requestAdapter().catch(() => null);
  return adapter && !isFallback(adapter) ? 'webgpu' : 'wasm';
}

/** The flag has moved from the adapter to its `info`. */
function isFallback(adapter: GPUAdapter): boolean {
  const { info, isFallbackAdapter } = adapter as GPUAdapter & {
    info?: GPUAdapterInfo;
    isFallbackAdapter?: boolean;
  };
  return info?.isFallbackAdapter ?? isFallbackAdapter ?? false;
}
