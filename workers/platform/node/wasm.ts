/** The WASM runtime in Node: the same core and operators as in a page, from files. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isKnownBuild } from '../../operators/c-api.ts';
import {
  type CoreFactory,
  type RuntimeBinary,
  type StartingCore,
  startCore,
  type WasmInstance,
} from '../../runtime/wasm-module.ts';
import { sha256 } from '../../storage/hash.ts';

/** The URL of a file of the runtime: beside the package as built, where names carry a hash, or in the runtime's own package. */
function fileOf(name: string): string {
  const folder = new URL('../worker/', import.meta.url);
  const built = existsSync(folder)
    ? readdirSync(folder).find((file) => withoutHash(file) === name)
    : undefined;
  return built === undefined ? import.meta.resolve(`onnxruntime-web/${name}`) : new URL(built, folder).href;
}

/** `core-Ab3_x9-Z.wasm` is `core.wasm`. */
const withoutHash = (file: string) => file.replace(/-[\w-]{8}(?=\.[a-z]+$)/, '');

export const readBinary = async (): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(fileURLToPath(fileOf('ort-wasm-simd-threaded.wasm'))));

/** Emscripten's JavaScript around the core. */
export async function importGlue(): Promise<CoreFactory> {
  const { Worker } = globalThis;
  const glue = (await import(/* @vite-ignore */ fileOf('ort-wasm-simd-threaded.mjs'))) as {
    default: CoreFactory;
  };
  return async (config) => {
    try {
      return await glue.default(config);
    } finally {
      globalThis.Worker = Worker; // the glue puts Node's own there
    }
  };
}

/** Compiling takes seconds: once for all embedders of the process. */
let compiling: Promise<RuntimeBinary> | undefined;

/** The installed build. */
export function compileBinary(): Promise<RuntimeBinary> {
  compiling ??= compile().catch((error) => {
    compiling = undefined;
    throw error;
  });
  return compiling;
}

async function compile(): Promise<RuntimeBinary> {
  const bytes = await readBinary();
  const [compiled, hash] = await Promise.all([WebAssembly.compile(bytes), sha256(bytes)]);
  return { compiled, isKnown: isKnownBuild(hash) };
}

export function startWasm(threads: number): StartingCore {
  return { isKnown: compileBinary().then(({ isKnown }) => isKnown), instance: instantiate(threads) };
}

async function instantiate(threads: number): Promise<WasmInstance> {
  const [factory, binary] = await Promise.all([importGlue(), compileBinary()]);
  return { ...(await startCore(factory, binary, threads)), terminate() {} };
}
