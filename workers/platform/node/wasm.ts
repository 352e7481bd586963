/** The WASM runtime in Node: the same core and operators as in a page, from files. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
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

const GLUE = 'ort-wasm-simd-threaded.mjs';
const BINARY = 'ort-wasm-simd-threaded.wasm';
/** Of the package as built: scripts/build/runtime-files.ts. */
const BUILT = new URL('../runtime/', import.meta.url);

/** The package's own, else that of the runtime's package. */
export async function readBinary(): Promise<Uint8Array<ArrayBuffer>> {
  const built = await readdir(BUILT).catch(() => []);
  const packed = built.find((name) => /^ort-wasm-.*\.zst$/.test(name));
  if (packed) {
    const { unpackZstandard } = await import('../../runtime/zstandard.ts'); // which only a build can
    return unpackZstandard(await readFile(new URL(packed, BUILT)));
  }
  return new Uint8Array(await readFile(fileURLToPath(import.meta.resolve(`onnxruntime-web/${BINARY}`))));
}

/** URL of the glue: beside this script as built, else in the runtime's package. */
function glueUrl(): string {
  const built = new URL(GLUE, import.meta.url);
  return existsSync(built) ? built.href : import.meta.resolve(`onnxruntime-web/${GLUE}`);
}

/** Emscripten's JavaScript around the core. */
export async function importGlue(): Promise<CoreFactory> {
  const { Worker } = globalThis;
  const glue = (await import(/* @vite-ignore */ glueUrl())) as {
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
