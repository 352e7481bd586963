/**
 * The one file that imports onnxruntime-web: on WebGPU its JavaScript API, on WASM its compiled core, which
 * `wasm-session.ts` drives directly so that results can stay in the heap between runs.
 */

import * as webGpu from 'virtual:ort-webgpu';
import { wasmBinary, webgpuBinary } from 'virtual:runtime-files';
import type * as Ort from 'onnxruntime-common';
import glue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs';
import { isKnownBuild } from '../operators/c-api.ts';
import { sha256 } from '../storage/hash.ts';
import { timedStep } from '../timing.ts';
import { type AssetsUrl, assetUrl } from './assets.ts';
import { compileBinary, fetchBinary } from './binary.ts';
import { startThread } from './thread.ts';
import {
  type CoreFactory,
  type InstantiateWasm,
  type StartingCore,
  startCore,
  type WasmInstance,
} from './wasm-module.ts';

export type { Ort };

const factory = glue as CoreFactory;

/** The WebGPU build's API. Its settings are global in the worker. @throws TteError download-failed | unsupported */
export async function importWebGpu(assets: AssetsUrl): Promise<typeof Ort> {
  const url = assetUrl(webgpuBinary, assets);
  const compiled = await compileBinary(url, await fetchBinary(url));
  const { env, InferenceSession } = webGpu;
  const create = InferenceSession.create.bind(InferenceSession);
  let fail: (reason: unknown) => void;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {}); // thrown when a session is opened
  const instantiateWasm: InstantiateWasm = (imports, done) => {
    // The glue does not handle a failure here.
    WebAssembly.instantiate(compiled, imports).then((instance) => done(instance, compiled), fail);
  };
  env.logLevel = 'error';
  // The path only keeps the glue from looking for the binary itself.
  Object.assign(env.wasm, { instantiateWasm, wasmPaths: { wasm: webgpuBinary.name }, numThreads: 1 });
  const creating = (...args: Parameters<typeof create>) => Promise.race([create(...args), failed]);
  return { ...webGpu, InferenceSession: { create: creating as typeof create } };
}

/** The plain build's core; half the size of the WebGPU build, and faster on the CPU. */
export function startWasm(threads: number, assets: AssetsUrl): StartingCore {
  const url = assetUrl(wasmBinary, assets);
  const fetching = timedStep('fetch and unpack the runtime', () => fetchBinary(url));
  const compiling = fetching.then((bytes) =>
    timedStep('compile the runtime', () => compileBinary(url, bytes)),
  );
  const isKnown = fetching.then(async (bytes) => isKnownBuild(await sha256(bytes)));
  const instance = compiling.then(() =>
    timedStep('start the runtime', () => instantiateWasm(threads, compiling, isKnown)),
  );
  return { isKnown, instance };
}

async function instantiateWasm(
  count: number,
  compiling: Promise<WebAssembly.Module>,
  hashing: Promise<boolean>,
): Promise<WasmInstance> {
  const [compiled, isKnown] = await Promise.all([compiling, hashing]);
  const threads: Worker[] = [];
  const { Worker } = globalThis;
  const end = () => {
    for (const thread of threads) thread.terminate();
  };
  const failed = new Promise<never>((_, reject) => {
    // Emscripten starts its threads with `new Worker`. It offers no way to terminate them, and waits forever for one that fails.
    globalThis.Worker = new Proxy(Worker, {
      construct() {
        const thread = startThread(Worker, isKnown);
        thread.addEventListener('error', () => reject(new Error('A thread did not start.')));
        threads.push(thread);
        return thread;
      },
    });
  });
  failed.catch(() => {}); // irrelevant once all have started
  try {
    const starting = startCore(factory, { compiled, isKnown }, count);
    return { ...(await Promise.race([starting, failed])), terminate: end };
  } catch (error) {
    end();
    throw error;
  } finally {
    globalThis.Worker = Worker;
  }
}
