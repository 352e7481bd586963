/** Sessions on the WASM backend, using the compiled core directly, so that results can be fed to the next run without leaving the heap. */

import type { RawSession, Tensor, ValueInfo } from './types.ts';
import { check, lastError, type OrtModule, type WasmCore, withStack } from './wasm-module.ts';
import { borrow, elementType, type HeapTensor, type HostTensor, heapTensor } from './wasm-tensor.ts';

const ALL_OPTIMISATIONS = 99;
const ERRORS_ONLY = 3;

export interface WasmGraph {
  model: Uint8Array;
  externalData: readonly { path: string; data: Uint8Array }[];
}

/** @throws Error with the runtime's message */
export async function createWasmSession(core: WasmCore, graph: WasmGraph): Promise<RawSession> {
  const { module } = core;
  const options = sessionOptions(core);
  const pointer = module._malloc(graph.model.byteLength);
  try {
    if (pointer === 0) throw new Error(`The WASM heap has no room for ${graph.model.byteLength} bytes.`);
    module.HEAPU8.set(graph.model, pointer);
    for (const { path, data } of graph.externalData) module.mountExternalData(path, data);
    const session = await module._OrtCreateSession(pointer, graph.model.byteLength, options);
    if (session === 0) throw new Error(lastError(module));
    return rawSession(module, session);
  } finally {
    module.unmountExternalData();
    module._free(pointer);
    module._OrtReleaseSessionOptions(options);
  }
}

function sessionOptions({ module, addOperators }: WasmCore): number {
  const options = module._OrtCreateSessionOptions(
    ALL_OPTIMISATIONS,
    true,
    true,
    0,
    false,
    0,
    0,
    ERRORS_ONLY,
    0,
    0,
  );
  if (options === 0) throw new Error(lastError(module));
  addOperators?.(options);
  return options;
}

interface Named {
  info: ValueInfo;
  /** C string owned by the runtime until the session ends. */
  name: number;
}

function rawSession(module: OrtModule, session: number): RawSession {
  const { inputs, outputs } = readInterface(module, session);

  return {
    inputs: new Map([...inputs].map(([name, { info }]) => [name, info])),
    outputs: new Map([...outputs].map(([name, { info }]) => [name, info])),
    async run(feeds, fetch) {
      const borrowed: { value: number; free: () => void }[] = [];
      try {
        const values = Object.values(feeds).map((tensor) => {
          if ('handle' in tensor) return (tensor as HeapTensor).handle();
          const copy = borrow(module, tensor as HostTensor);
          borrowed.push(copy);
          return copy.value;
        });
        const names = Object.keys(feeds).map((name) => (inputs.get(name) as Named).name);
        const wanted = fetch.map((name) => (outputs.get(name) as Named).name);
        const results = await runOnce(module, session, names, values, wanted);
        return Object.fromEntries(
          fetch.map((name, i) => [name, heapTensor(module, results[i] as number) as Tensor]),
        );
      } finally {
        for (const { free } of borrowed) free();
      }
    },
    async release() {
      for (const { name } of [...inputs.values(), ...outputs.values()]) module._OrtFree(name);
      module._OrtReleaseSession(session);
    },
  };
}

async function runOnce(
  module: OrtModule,
  session: number,
  names: readonly number[],
  values: readonly number[],
  wanted: readonly number[],
): Promise<number[]> {
  const stack = module.stackSave();
  try {
    const array = (items: readonly number[]) => {
      const pointer = module.stackAlloc(4 * Math.max(1, items.length));
      items.forEach((item, i) => {
        module.setValue(pointer + 4 * i, item, '*');
      });
      return pointer;
    };
    const results = array(wanted.map(() => 0));
    const code = await module._OrtRun(
      session,
      array(names),
      array(values),
      names.length,
      array(wanted),
      wanted.length,
      results,
      0,
    );
    check(module, code, 'Run');
    return wanted.map((_, i) => module.getValue(results + 4 * i, '*'));
  } finally {
    module.stackRestore(stack);
  }
}

function readInterface(module: OrtModule, session: number) {
  const [inputCount, outputCount] = withStack(module, () => {
    const counts = module.stackAlloc(8);
    check(module, module._OrtGetInputOutputCount(session, counts, counts + 4), 'Reading the graph');
    return [module.getValue(counts, 'i32'), module.getValue(counts + 4, 'i32')] as const;
  });
  const all = Array.from({ length: inputCount + outputCount }, (_, index) =>
    readValueInfo(module, session, index),
  );
  const named = (from: number, to: number) =>
    new Map(all.slice(from, to).map((value) => [module.UTF8ToString(value.name), value]));
  return { inputs: named(0, inputCount), outputs: named(inputCount, all.length) };
}

function readValueInfo(module: OrtModule, session: number, index: number): Named {
  return withStack(module, () => {
    const out = module.stackAlloc(8);
    check(module, module._OrtGetInputOutputMetadata(session, index, out, out + 4), 'Reading the graph');
    const name = module.getValue(out, '*');
    // { elementType: i32, rank: i32, symbols: char*[rank], sizes: size_t[rank] }
    const metadata = module.getValue(out + 4, '*');
    const rank = module.getValue(metadata + 4, 'i32');
    const shape = Array.from({ length: rank }, (_, i) => {
      const symbol = module.getValue(metadata + 8 + 4 * i, '*');
      return symbol ? module.UTF8ToString(symbol) : module.getValue(metadata + 8 + 4 * (rank + i), 'i32');
    });
    const type = elementType(module.getValue(metadata, 'i32'));
    module._OrtFree(metadata);
    return { name, info: { type, shape } };
  });
}
