import { expect, test } from 'vitest';
import { findApi } from '../../scripts/operators/find-api.ts';
import { compileBinary, importGlue, readBinary } from '../platform/node/wasm.ts';
import { instantiateCore, startCore } from '../runtime/wasm-module.ts';
import { sha256 } from '../storage/hash.ts';
import { FUNCTIONS, isKnownBuild, readCApi, UNUSED } from './c-api.ts';
import { RUNTIME_BUILD } from './runtime-build.ts';

const STRUCTURE_BYTES = 4 * (1 + FUNCTIONS.parallelFor.index);

/** The installed build with the bytes of its `OrtApi` changed; everything else is as it was. */
async function changed(change: (binary: Buffer, at: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const binary = await readBinary();
  const { memory } = await instantiateCore(await importGlue(), await WebAssembly.compile(binary), 1);
  const structure = new Uint8Array(memory.buffer)
    .slice(RUNTIME_BUILD.apiAddress)
    .subarray(0, STRUCTURE_BYTES);
  const buffer = Buffer.from(binary.buffer);
  const at = buffer.indexOf(structure);
  expect(at).toBeGreaterThan(0);
  change(buffer, at);
  return binary;
}

test('the installed build is the pinned one, found again by the script', async () => {
  const binary = await readBinary();
  expect({
    sha256: await sha256(binary),
    apiAddress: await findApi(await importGlue(), binary),
  }).toEqual(RUNTIME_BUILD);
});

test('in a build whose API begins earlier the script finds it, and our operators stay out', async () => {
  for (const words of [1, 127]) {
    const binary = await changed((bytes, at) => bytes.copyWithin(at - 4 * words, at, at + STRUCTURE_BYTES));
    const factory = await importGlue();
    expect(await findApi(factory, binary)).toBe(RUNTIME_BUILD.apiAddress - 4 * words);
    const isKnown = isKnownBuild(await sha256(binary));
    const compiled = await WebAssembly.compile(binary);
    expect((await startCore(factory, { compiled, isKnown }, 1)).addOperators).toBeNull();
  }
});

test('a build without such a structure is refused by the script', async () => {
  const binary = await changed((bytes, at) => bytes.fill(0, at, at + 4));
  await expect(findApi(await importGlue(), binary)).rejects.toThrow('look like OrtApi');
});

test('no slot that is called is taken', async () => {
  const { compiled } = await compileBinary();
  const { memory } = await instantiateCore(await importGlue(), compiled, 1);
  const { slots, free } = readCApi(memory);
  expect(free).toHaveLength(UNUSED.length);
  expect(free.filter((slot) => Object.values(slots).includes(slot))).toEqual([]);
});
