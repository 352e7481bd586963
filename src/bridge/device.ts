import type { Device } from '../shared/types.ts';

/** WebGPU where the browser offers an adapter. Whether it computes correctly is for the worker's self-test to say. */
export async function chooseDevice(): Promise<Device> {
  const adapter = await globalThis.navigator?.gpu?.requestAdapter().catch(() => null);
  return adapter ? 'webgpu' : 'wasm';
}
