/**
 * A thread of the WASM runtime: Emscripten's own, with our operators linked before it starts. Bundlers copy this file as it is, so
 * it names no other: the glue's address is the fragment of its own.
 */
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
await import(/* @vite-ignore */ decodeURIComponent(self.location.hash.slice(1)));
for (const message of early) self.onmessage(message);
