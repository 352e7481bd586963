/** A user's worker for models of transformers.js: settings of the library, then one call of the package. */
/// <reference path="./package.d.ts" />
import { env } from '@huggingface/transformers';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { serveTransformers } from 'think-then-embed/transformers';

env.remoteHost = `${self.location.origin}/hub/`;
env.allowLocalModels = false;
env.useWasmCache = false; // it would run the runtime's script from a blob, which a strict policy refuses
const settings = env.backends.onnx.wasm;
if (!settings) throw new Error('transformers.js has no WASM settings');
settings.wasmPaths = {
  mjs: new URL(mjs, self.location.href).href,
  wasm: new URL(wasm, self.location.href).href,
};
settings.numThreads = 1;

serveTransformers();
