/**
 * The one file that imports onnxruntime-web: on WebGPU its JavaScript API, on WASM its compiled core, which
 * `wasm-session.ts` drives directly so that results can stay in the heap between runs.
 */
import type * as Ort from 'onnxruntime-common';
import webGpuGlue from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import webGpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import wasmGlue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { isKnownBuild } from '../operators/c-api.ts';
import { sha256 } from '../storage/hash.ts';
import thread from './thread.ts?worker&url';
import { type CoreFactory, type StartingCore, startCore, type WasmInstance } from './wasm-module.ts';

export type { Ort };

/** The WebGPU build's API. Its settings are global in the worker. */
export async function importWebGpu(): Promise<typeof Ort> {
  const ort = await import('onnxruntime-web/webgpu');
  ort.env.logLevel = 'error';
  // Without explicit paths the runtime would fetch its WASM from a CDN.
  ort.env.wasm.wasmPaths = { mjs: absolute(webGpuGlue), wasm: absolute(webGpuBinary) };
  ort.env.wasm.numThreads = 1;
  return ort as unknown as typeof Ort;
}

/** The plain build's core; half the size of the WebGPU build, and faster on the CPU. */
export function startWasm(threads: number): StartingCore {
  const fetching = fetch(absolute(wasmBinary));
  // Compiled while it streams, and hashed beside that.
  const bytes = fetching.then((response) => response.clone().arrayBuffer());
  const compiling = fetching
    .then((response) => WebAssembly.compileStreaming(response))
    // Not every host sends the WASM media type.
    .catch(async () => WebAssembly.compile(await bytes));
  const isKnown = bytes.then(async (buffer) => isKnownBuild(await sha256(new Uint8Array(buffer))));
  return { isKnown, instance: instantiateWasm(threads, compiling, isKnown) };
}

async function instantiateWasm(
  threads: number,
  compiling: Promise<WebAssembly.Module>,
  hashing: Promise<boolean>,
): Promise<WasmInstance> {
  const importing = import(/* @vite-ignore */ absolute(wasmGlue)) as Promise<{ default: CoreFactory }>;
  const [compiled, isKnown, { default: factory }] = await Promise.all([compiling, hashing, importing]);
  const workers: Worker[] = [];
  const { Worker } = globalThis;
  const end = () => {
    for (const worker of workers) worker.terminate();
  };
  const failed = new Promise<never>((_, reject) => {
    // Emscripten starts its threads with `new Worker`. It offers no way to terminate them, and waits forever for one that fails.
    globalThis.Worker = class extends Worker {
      constructor(_script: string | URL, options?: WorkerOptions) {
        const glue = absolute(wasmGlue);
        super(isKnown ? `${absolute(thread)}#${encodeURIComponent(glue)}` : glue, options);
        this.addEventListener('error', () => reject(new Error('A thread did not start.')));
        workers.push(this);
      }
    };
  });
  failed.catch(() => {}); // irrelevant once all have started
  try {
    return {
      ...(await Promise.race([startCore(factory, { compiled, isKnown }, threads), failed])),
      terminate: end,
    };
  } catch (error) {
    end();
    throw error;
  } finally {
    globalThis.Worker = Worker;
  }
}

function absolute(url: string): string {
  return new URL(url, import.meta.url).href;
}
