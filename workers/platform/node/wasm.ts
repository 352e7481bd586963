/** The WASM runtime in Node: the same core and operators as in a page, from files. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type CoreFactory, startCore, type WasmInstance } from '../../runtime/wasm-module.ts';

/** Of the runtime's own package. */
const fileOf = (name: string) => import.meta.resolve(`onnxruntime-web/${name}`);

/** Compiling takes seconds: once for all embedders of the process. */
let compiling: Promise<WebAssembly.Module> | undefined;

function compile(): Promise<WebAssembly.Module> {
  compiling ??= readFile(fileURLToPath(fileOf('ort-wasm-simd-threaded.wasm')))
    .then((binary) => WebAssembly.compile(binary))
    .catch((error) => {
      compiling = undefined;
      throw error;
    });
  return compiling;
}

export async function instantiateWasm(threads: number): Promise<WasmInstance> {
  const [{ default: factory }, compiled] = await Promise.all([
    import(/* @vite-ignore */ fileOf('ort-wasm-simd-threaded.mjs')) as Promise<{ default: CoreFactory }>,
    compile(),
  ]);
  const { Worker } = globalThis;
  try {
    return { ...(await startCore(factory, compiled, threads)), terminate() {} };
  } finally {
    globalThis.Worker = Worker; // the glue puts Node's own there
  }
}
