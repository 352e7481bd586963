/** Runtime sessions without the rewriter: an .onnx file as it is. */
import { instantiateWasm } from '../../workers/runtime/ort.ts';
import { initialise } from '../../workers/runtime/wasm-module.ts';
import { createWasmSession } from '../../workers/runtime/wasm-session.ts';
import { hostTensor } from '../../workers/runtime/wasm-tensor.ts';

export async function time(url: string, threads: number, runs: number) {
  const module = await instantiateWasm(threads);
  initialise(module, threads);
  const model = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const session = await createWasmSession(module, { model, externalData: [], config: {} });
  const ids = BigInt64Array.from([101, 2129, 2079, 4264, 2191, 2833, 102], BigInt);
  const feeds = {
    input_ids: hostTensor('int64', ids, [1, ids.length]),
    attention_mask: hostTensor(
      'int64',
      ids.map(() => 1n),
      [1, ids.length],
    ),
    token_type_ids: hostTensor(
      'int64',
      ids.map(() => 0n),
      [1, ids.length],
    ),
  };
  const out = [...session.outputs.keys()][0] as string;
  const times: number[] = [];
  let head: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    const result = await session.run(feeds, [out]);
    const data = (await result[out]?.getData()) as Float32Array;
    head = [...data.subarray(0, 4)];
    result[out]?.dispose();
    times.push(performance.now() - start);
  }
  return {
    inputs: [...session.inputs].map(([name, { type, shape }]) => `${name}: ${type}[${shape}]`),
    outputs: [...session.outputs].map(([name, { type, shape }]) => `${name}: ${type}[${shape}]`),
    median: times.sort((a, b) => a - b)[runs >> 1],
    head,
  };
}
