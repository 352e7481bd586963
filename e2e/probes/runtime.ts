/** Sessions of the runtime over files as a server gives them: no store, no descriptor but what `open` looks at. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';
import type { Dtype } from '../../src/shared/types.ts';
import type { ModelFolder } from '../../workers/models/folder.ts';
import { createWasmRuntime } from '../../workers/runtime/runtime.ts';
import type { GraphSession, Runtime, Tensor } from '../../workers/runtime/types.ts';

const signal = new AbortController().signal;

function folderAt(url: string, dtype: Dtype, path: string): ModelFolder {
  const sessions = { model: { [dtype]: { path } } };
  return {
    descriptor: { id: url, sessions } as unknown as ModelDescriptor,
    json: async () => null,
    text: async () => null,
    async *chunks(path) {
      const response = await fetch(`${url}/${path}`);
      yield new Uint8Array(await response.arrayBuffer());
    },
  };
}

let runtime: Runtime;
let session: GraphSession;

export async function open(url: string, dtype: Dtype, path: string, threads: number, nextToken = false) {
  runtime = await createWasmRuntime(threads);
  const began = performance.now();
  session = await runtime.open({
    folder: folderAt(url, dtype, path),
    session: 'model',
    dtypes: { model: dtype },
    signal,
    nextToken,
  });
  return {
    ms: performance.now() - began,
    inputs: [...session.inputs].map(([name, { type, shape }]) => `${name}: ${type}[${shape}]`).slice(0, 4),
    outputs: [...session.outputs].map(([name, { type, shape }]) => `${name}: ${type}[${shape}]`).slice(0, 3),
  };
}

/** Milliseconds of one pass over a batch of `rows` texts of `length` tokens, median of `runs`. */
export async function encodeMs(rows: number, length: number, runs: number) {
  const ids = BigInt64Array.from({ length: rows * length }, (_, i) => BigInt(2000 + i));
  const feeds = {
    input_ids: runtime.tensor('int64', ids, [rows, length]),
    attention_mask: runtime.tensor(
      'int64',
      ids.map(() => 1n),
      [rows, length],
    ),
    token_type_ids: runtime.tensor(
      'int64',
      ids.map(() => 0n),
      [rows, length],
    ),
  };
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    const result = await session.run(feeds);
    for (const tensor of Object.values(result)) {
      await tensor.getData();
      tensor.dispose();
    }
    times.push(performance.now() - start);
  }
  return median(times);
}

/** Prefill of `prompt` tokens, then `steps` tokens one by one. */
export async function generateMs(prompt: number, steps: number) {
  const cacheInputs = [...session.inputs].filter(([name]) => name.startsWith('past_key_values'));
  let cache: Record<string, Tensor> = Object.fromEntries(
    cacheInputs.map(([name, { shape }]) => {
      const dims = shape.map((axis, i) => (typeof axis === 'number' ? axis : i === 0 ? 1 : 0));
      return [name, runtime.tensor('float32', new Float32Array(0), dims)];
    }),
  );
  let ids: BigInt64Array = BigInt64Array.from({ length: prompt }, (_, i) => BigInt(100 + i));
  let seen = 0;
  let prefill = 0;
  const times: number[] = [];
  const tokens: number[] = [];
  for (let step = 0; step <= steps; step++) {
    const start = performance.now();
    seen += ids.length;
    const result = await session.run({
      input_ids: runtime.tensor('int64', ids, [1, ids.length]),
      attention_mask: runtime.tensor('int64', new BigInt64Array(seen).fill(1n), [1, seen]),
      ...cache,
    });
    for (const tensor of Object.values(cache)) tensor.dispose();
    const next = (await result.next_token?.getData()) as BigInt64Array;
    result.next_token?.dispose();
    cache = Object.fromEntries(
      cacheInputs.map(([name]) => [name, result[name.replace('past_key_values', 'present')] as Tensor]),
    );
    ids = next;
    tokens.push(Number(next[0]));
    if (step === 0) prefill = performance.now() - start;
    else times.push(performance.now() - start);
  }
  for (const tensor of Object.values(cache)) tensor.dispose();
  return { prefill, decode: median(times), tokens: tokens.slice(0, 8) };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] as number;
}
