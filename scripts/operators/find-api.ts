/** Finds `struct OrtApi` in a build of the runtime, by its functions' parameter counts and results. */
import { FUNCTIONS, readCApi, UNUSED } from '../../workers/operators/c-api.ts';
import { type CoreFactory, instantiateCore } from '../../workers/runtime/wasm-module.ts';

/** Parameter counts of the functions at `UNUSED`. */
const UNUSED_PARAMETERS = [2, 1, 4, 3, 1, 2, 1, 4, 3, 1, 2, 1, 4, 3, 1, 2, 1, 4, 3, 1, 1, 4, 3, 1];
const PARAMETERS: readonly (readonly [index: number, count: number])[] = [
  ...Object.values(FUNCTIONS).map(({ index, parameters }) => [index, parameters] as const),
  ...UNUSED.map((index, i) => [index, UNUSED_PARAMETERS[i] as number] as const),
];
const LENGTH = 1 + Math.max(...PARAMETERS.map(([index]) => index));

/** @throws Error unless the build contains exactly one such structure */
export async function findApi(factory: CoreFactory, binary: Uint8Array<ArrayBuffer>): Promise<number> {
  const { memory, table } = await instantiateCore(factory, await WebAssembly.compile(binary), 1);
  const words = new Uint32Array(memory.buffer);
  const parameters = Array.from({ length: table.length }, (_, slot) => table.get(slot)?.length);
  const found: number[] = [];
  for (let at = 0; at + LENGTH <= words.length; at++) {
    const fits = PARAMETERS.every(([index, count]) => parameters[words[at + index] as number] === count);
    // The unused functions must not share a slot with any other function of the structure.
    const isDistinct = () => new Set(words.subarray(at, at + LENGTH)).size === LENGTH;
    if (fits && isDistinct() && answers(memory, table, 4 * at)) found.push(4 * at);
  }
  const [address] = found;
  if (address === undefined || found.length > 1)
    throw new Error(`${found.length} places in this build look like OrtApi: ${found.join(', ')}.`);
  return address;
}

/** Creates a status with the candidate functions and checks that it returns the error code it was created with. */
function answers(memory: WebAssembly.Memory, table: WebAssembly.Table, address: number): boolean {
  const { createStatus, getErrorCode } = readCApi(memory, address).slots;
  const INVALID_GRAPH = 10;
  try {
    return table.get(getErrorCode)(table.get(createStatus)(INVALID_GRAPH, address)) === INVALID_GRAPH;
  } catch {
    return false; // trapped: these are other functions
  }
}
