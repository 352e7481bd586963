// Builds ONNX graphs for tests and runs them.

import * as ort from 'onnxruntime-web';
import { encodeModel } from '../graph/encode.ts';
import {
  bytesOf,
  DataType,
  type Dimension,
  type Graph,
  MICROSOFT,
  type Node,
  type Tensor,
} from '../graph/onnx.ts';
import type { RewrittenGraph } from '../graph/rewrite.ts';
import { compileBinary, importGlue } from '../platform/node/wasm.ts';
import { type RuntimeBinary, startCore, type WasmCore } from '../runtime/wasm-module.ts';
import { createWasmSession } from '../runtime/wasm-session.ts';
import { hostTensor } from '../runtime/wasm-tensor.ts';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export type Value = [name: string, type: number, shape: Dimension[]];

/** An ONNX file, weights inside, as a file on the hub would be. */
export function onnxFile(
  nodes: Node[],
  tensors: Tensor[],
  inputs: Value[],
  outputs: Value[],
  opset = 21,
): { model: Uint8Array; externalData: Map<string, Uint8Array[]> } {
  const info = ([name, type, shape]: Value) => ({ name, type, shape });
  const graph: Graph = {
    name: 'test',
    nodes,
    initializers: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    inputs: inputs.map(info),
    outputs: outputs.map(info),
  };
  const opsets = new Map([
    ['', opset],
    [MICROSOFT, 1],
  ]);
  const { model, externalData } = encodeModel({ graph, opsets, rest: [{ number: 1, value: 10 }] });
  return { model, externalData: new Map(externalData.map(({ path, data }) => [path, [data]])) };
}

export const floats = (name: string, dims: number[], values: ArrayLike<number>): Tensor => ({
  name,
  dims,
  type: DataType.float,
  data: bytesOf(Float32Array.from(values)),
});

export const bytes = (name: string, dims: number[], values: ArrayLike<number>): Tensor => ({
  name,
  dims,
  type: DataType.uint8,
  data: Uint8Array.from(values),
});

/** Seeded numbers in [-1, 1). */
export function random(count: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Seeded random bytes. */
export const randomBytes = (count: number, seed = 1): Uint8Array =>
  Uint8Array.from(random(count, seed), (value) => Math.floor((value + 1) * 128));

export type Feeds = Record<string, ort.Tensor>;

export const float = (values: ArrayLike<number>, dims: number[]) =>
  new ort.Tensor('float32', Float32Array.from(values), dims);

export const int64 = (values: number[], dims: number[]) =>
  new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);

type Runnable = Pick<RewrittenGraph, 'model' | 'externalData'>;

let core: Promise<WasmCore> | undefined;

/** Runs a graph once, as the worker does, and returns all outputs. */
export async function run(graph: Runnable, feeds: Feeds): Promise<Feeds> {
  core ??= compileBinary().then(start);
  return runOn(await core, graph, feeds);
}

/** The same in a build that our operators do not know. */
export async function runUnknown(graph: Runnable, feeds: Feeds): Promise<Feeds> {
  return runOn(await start({ ...(await compileBinary()), isKnown: false }), graph, feeds);
}

const start = async (binary: RuntimeBinary) => startCore(await importGlue(), binary, 1);

async function runOn(core: WasmCore, { model, externalData }: Runnable, feeds: Feeds): Promise<Feeds> {
  const session = await createWasmSession(core, { model, externalData });
  const hosted = Object.entries(feeds).map(([name, { type, data, dims }]) => [
    name,
    hostTensor(type as 'float32', data as Float32Array, dims),
  ]);
  const found = await session.run(Object.fromEntries(hosted), [...session.outputs.keys()]);
  const outputs = Object.entries(found).map(async ([name, tensor]) => {
    const data = (await tensor.getData()) as Float32Array;
    return [name, new ort.Tensor(tensor.type as 'float32', data, tensor.dims)];
  });
  const read = Object.fromEntries(await Promise.all(outputs)) as Feeds;
  await session.release();
  return read;
}

/** Runs an unmodified file in the unmodified runtime. */
export async function runFile(file: ReturnType<typeof onnxFile>, feeds: Feeds): Promise<Feeds> {
  const externalData = [...file.externalData].map(([path, [data]]) => ({ path, data: data! }));
  const session = await ort.InferenceSession.create(file.model, { externalData, logSeverityLevel: 3 });
  const outputs = (await session.run(feeds)) as Feeds;
  await session.release();
  return outputs;
}

export const values = (tensor: ort.Tensor | undefined): number[] =>
  Array.from(tensor!.data as ArrayLike<number | bigint>, Number);

/** Largest difference, relative to the largest expected magnitude. */
export function difference(actual: ort.Tensor | undefined, expected: ArrayLike<number>): number {
  const found = values(actual);
  if (found.length !== expected.length)
    throw new Error(`${found.length} values instead of ${expected.length}`);
  let distance = 0;
  let largest = 0;
  found.forEach((value, i) => {
    if (!(Math.abs(value - expected[i]!) <= distance)) distance = Math.abs(value - expected[i]!);
    largest = Math.max(largest, Math.abs(expected[i]!));
  });
  return distance / largest;
}
