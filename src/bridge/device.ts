import type { Device } from '../shared/types.ts';

/** WebGPU if the browser offers an adapter. Whether it computes correctly is decided by the worker's self-test. */
export async function chooseDevice(): Promise<Device> {
  const adapter = await globalThis.navigator?.gpu?.requestAdapter().catch(() => null);
  return adapter ? 'webgpu' : 'wasm';
}
