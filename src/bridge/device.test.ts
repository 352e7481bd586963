import { afterEach, expect, test, vi } from 'vitest';
import { chooseDevice } from './device.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['no WebGPU', undefined, 'wasm'],
  ['no adapter', async () => null, 'wasm'],
  ['a refusal', () => Promise.reject(new Error('no')), 'wasm'],
  ['a GPU', async () => ({ info: { isFallbackAdapter: false } }), 'webgpu'],
  ['a GPU of a browser that does not tell', async () => ({}), 'webgpu'],
  ['a fallback adapter', async () => ({ info: { isFallbackAdapter: true } }), 'wasm'],
  ['a fallback adapter, told the old way', async () => ({ info: {}, isFallbackAdapter: true }), 'wasm'],
])('auto with %s', async (_, requestAdapter, device) => {
  vi.stubGlobal('navigator', requestAdapter ? { gpu: { requestAdapter } } : {});
  expect(await chooseDevice()).toBe(device);
});
