import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { memoryOf, tableOf } from '../runtime/wasm-module.ts';
import { ADDRESS, readCApi } from './c-api.ts';

const fileOf = (name: string) => fileURLToPath(import.meta.resolve(`onnxruntime-web/${name}`));

/** The build's memory and table, as they are when its core has started. */
async function start() {
  const { default: factory } = await import(fileOf('ort-wasm-simd-threaded.mjs'));
  const compiled = await WebAssembly.compile(readFileSync(fileOf('ort-wasm-simd-threaded.wasm')));
  let memory: WebAssembly.Memory | undefined;
  let table: WebAssembly.Table | undefined;
  await factory({
    numThreads: 1,
    instantiateWasm(
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ) {
      void WebAssembly.instantiate(compiled, imports).then((instance) => {
        memory = memoryOf(imports);
        table = tableOf(instance);
        done(instance, compiled);
      });
    },
  });
  return { memory: memory!, table: table! };
}

test('the API of the installed build begins where it is looked for', async () => {
  const { memory, table } = await start();
  const before = new Uint32Array(memory.buffer)[ADDRESS / 4 - 1]!;
  expect(before === 0 || before >= table.length).toBe(true);
  const { slots, free } = readCApi(memory, table);
  expect(free.filter((slot) => Object.values(slots).includes(slot))).toEqual([]);
  // A status says what it was made of.
  const INVALID_GRAPH = 10;
  const status = table.get(slots.createStatus)(INVALID_GRAPH, ADDRESS);
  expect(table.get(slots.getErrorCode)(status)).toBe(INVALID_GRAPH);
});

test('another build is refused', async () => {
  const { memory, table } = await start();
  new Uint32Array(memory.buffer).copyWithin(ADDRESS / 4, 0, 400);
  expect(() => readCApi(memory, table)).toThrow('not the one expected');
});
