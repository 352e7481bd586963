/** A `Dense` module of sentence-transformers: a linear layer after the pooling, with its weights as safetensors. */
import { TteError } from '../../src/shared/errors.ts';
import type { ModelFolder } from '../models/folder.ts';
import type { Vector } from './vector.ts';

export type Dense = (vector: Vector) => Vector;

/** @throws TteError unsupported: the activation or the type of the weights | model-invalid */
export async function openDense(folder: ModelFolder, path: string, signal: AbortSignal): Promise<Dense> {
  const name = `${folder.descriptor.id}/${path}`;
  const config = (await folder.json(`${path}/config.json`)) ?? {};
  const activation = activationOf(String(config.activation_function ?? ''), name);
  const tensors = readSafetensors(await whole(folder, `${path}/model.safetensors`, signal), name);
  const { 'linear.weight': weight, 'linear.bias': bias } = tensors;
  const [outputs = 0, inputs = 0] = weight?.shape ?? [];
  if (!weight || weight.data.length !== outputs * inputs) {
    throw new TteError('model-invalid', `${name}: model.safetensors has no matrix linear.weight.`);
  }
  return (vector) => {
    if (vector.length !== inputs) {
      throw new TteError('model-invalid', `${name} takes vectors of ${inputs}, not of ${vector.length}.`);
    }
    return Float32Array.from({ length: outputs }, (_, row) => {
      let sum = bias?.data[row] ?? 0;
      const start = row * inputs;
      for (let i = 0; i < inputs; i++) sum += (weight.data[start + i] as number) * (vector[i] as number);
      return activation(sum);
    });
  };
}

const ACTIVATIONS: Readonly<Record<string, (x: number) => number>> = {
  '': Math.tanh, // the module's default
  Tanh: Math.tanh,
  Identity: (x) => x,
  ReLU: (x) => Math.max(0, x),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

function activationOf(type: string, name: string): (x: number) => number {
  const activation = ACTIVATIONS[type.split('.').pop() ?? ''];
  if (activation) return activation;
  throw new TteError('unsupported', `${name} has the activation ${type}, which is not supported.`);
}

async function whole(
  folder: ModelFolder,
  path: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of folder.chunks(path, signal)) chunks.push(chunk);
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

interface Tensor {
  shape: number[];
  data: Float32Array;
}

/** The format: the header's length (8 bytes), the header in JSON, the tensors' bytes. */
function readSafetensors(bytes: Uint8Array<ArrayBuffer>, name: string): Record<string, Tensor> {
  const invalid = (cause?: unknown) =>
    new TteError('model-invalid', `${name}: model.safetensors cannot be read.`, { cause });
  try {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
      string,
      { dtype: string; shape: number[]; data_offsets: [number, number] }
    >;
    return Object.fromEntries(
      Object.entries(header).flatMap(([key, { dtype, shape, data_offsets }]) => {
        if (key === '__metadata__') return [];
        if (dtype !== 'F32')
          throw new TteError('unsupported', `${name}: its weights are ${dtype}; only F32 is supported.`);
        const [from, to] = data_offsets;
        const data = new Float32Array(bytes.slice(8 + length + from, 8 + length + to).buffer);
        return [[key, { shape, data }] as const];
      }),
    );
  } catch (cause) {
    throw cause instanceof TteError ? cause : invalid(cause);
  }
}
