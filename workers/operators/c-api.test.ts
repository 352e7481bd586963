import { expect, test } from 'vitest';
import { instantiateCore } from '../runtime/wasm-module.ts';
import { wasmBuild } from '../testing/onnx-graph.ts';
import { ADDRESS, readCApi } from './c-api.ts';

const start = async () => instantiateCore(...(await wasmBuild()), 1);

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
