/**
 * The one file that imports onnxruntime-web: on WebGPU its JavaScript API, on WASM its compiled core, which
 * `wasm-session.ts` drives directly so that results can stay in the heap between runs.
 */
import type * as Ort from 'onnxruntime-common';
import webGpuGlue from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import webGpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import wasmGlue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { OrtModule } from './wasm-module.ts';

export type { Ort };

/** The WebGPU build's API. Its settings are global in the worker. */
export async function importWebGpu(): Promise<typeof Ort> {
  const ort = await import('onnxruntime-web/webgpu');
  ort.env.logLevel = 'error';
  // Without paths of our own the runtime would fetch its WASM from a CDN.
  ort.env.wasm.wasmPaths = { mjs: absolute(webGpuGlue), wasm: absolute(webGpuBinary) };
  ort.env.wasm.numThreads = 1;
  return ort as unknown as typeof Ort;
}

export interface WasmInstance {
  module: OrtModule;
  /** Ends the instance's threads. */
  terminate(): void;
}

/** The plain build's core, instantiated; half the size of the WebGPU build, and faster on the CPU. */
export async function instantiateWasm(threads: number): Promise<WasmInstance> {
  const { default: factory } = (await import(/* @vite-ignore */ absolute(wasmGlue))) as {
    default: (config: { numThreads: number; locateFile: () => string }) => Promise<OrtModule>;
  };
  const workers: Worker[] = [];
  const start = globalThis.Worker;
  // Emscripten starts its threads here and offers no way to end them.
  globalThis.Worker = class extends start {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      workers.push(this);
    }
  };
  try {
    const module = await factory({ numThreads: threads, locateFile: () => absolute(wasmBinary) });
    return {
      module,
      terminate() {
        for (const worker of workers) worker.terminate();
      },
    };
  } finally {
    globalThis.Worker = start;
  }
}

function absolute(url: string): string {
  return new URL(url, import.meta.url).href;
}
