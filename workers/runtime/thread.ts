/** A thread of the WASM runtime: Emscripten's own, with our operators linked before it starts. */
import glue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import { linkThread } from '../operators/link.ts';
import { memoryOf, tableOf } from './wasm-module.ts';

const { Instance } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
    WebAssembly.Instance = Instance; // the runtime's is the only one to come
    const instance = new target(module, imports);
    linkThread(memoryOf(imports), tableOf(instance));
    return instance;
  },
});

/** The first messages come before the glue listens. */
const early: MessageEvent[] = [];
self.onmessage = (message) => early.push(message);
await import(/* @vite-ignore */ new URL(glue, import.meta.url).href);
for (const message of early) self.onmessage(message);
