/**
 * The one file that imports onnxruntime-web: on WebGPU its JavaScript API, on WASM its compiled core, which
 * `wasm-session.ts` drives directly so that results can stay in the heap between runs.
 */
import type * as Ort from 'onnxruntime-common';
import type { OrtModule } from './wasm-module.ts';

export type { Ort };

/** The WebGPU build's API. Its settings are global in the worker. */
export async function importWebGpu(): Promise<typeof Ort> {
  const [ort, mjs, wasm] = await Promise.all([
    import('onnxruntime-web/webgpu'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'),
  ]);
  ort.env.logLevel = 'error';
  // Without paths of our own the runtime would fetch its WASM from a CDN.
  ort.env.wasm.wasmPaths = { mjs: absolute(mjs.default), wasm: absolute(wasm.default) };
  ort.env.wasm.numThreads = 1;
  return ort as unknown as typeof Ort;
}

/** The plain build's core, instantiated; half the size of the WebGPU build, and faster on the CPU. */
export async function instantiateWasm(threads: number): Promise<OrtModule> {
  const [mjs, wasm] = await Promise.all([
    import('onnxruntime-web/ort-wasm-simd-threaded.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
  ]);
  const wasmUrl = absolute(wasm.default);
  const { default: factory } = (await import(/* @vite-ignore */ absolute(mjs.default))) as {
    default: (config: { numThreads: number; locateFile: () => string }) => Promise<OrtModule>;
  };
  return factory({ numThreads: threads, locateFile: () => wasmUrl });
}

function absolute(url: string): string {
  return new URL(url, import.meta.url).href;
}
