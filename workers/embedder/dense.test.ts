import { expect, test } from 'vitest';
import type { ModelFolder } from '../models/folder.ts';
import { openDense } from './dense.ts';

/** A safetensors file of float32 tensors. */
function safetensors(tensors: Record<string, { shape: number[]; data: number[] }>, dtype = 'F32') {
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => {
      const from = at;
      at += 4 * data.length;
      return [name, { dtype, shape, data_offsets: [from, at] }];
    }),
  );
  const head = new TextEncoder().encode(JSON.stringify({ __metadata__: { format: 'pt' }, ...header }));
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(head.length), true);
  const body = Float32Array.from(Object.values(tensors).flatMap(({ data }) => data));
  return Buffer.concat([Buffer.from(length.buffer), head, Buffer.from(body.buffer)]);
}

const weight = { shape: [2, 3], data: [1, 0, 0, 0.5, -1, 2] };
const bias = { shape: [2], data: [0.25, -0.5] };

function folder(config: object, bytes: Uint8Array): ModelFolder {
  return {
    descriptor: { id: 'm' } as ModelFolder['descriptor'],
    json: async () => config as Record<string, unknown>,
    text: async () => null,
    async *chunks() {
      yield new Uint8Array(bytes.slice(0, 5));
      yield new Uint8Array(bytes.slice(5));
    },
  };
}

const open = (
  config: object,
  bytes: Uint8Array = safetensors({ 'linear.weight': weight, 'linear.bias': bias }),
) => openDense(folder(config, bytes), '2_Dense', new AbortController().signal);
const activation = (name: string) => ({ activation_function: `torch.nn.modules.activation.${name}` });
const close = (found: Float32Array, wanted: number[]) => {
  for (const [i, x] of wanted.entries()) expect(found[i]).toBeCloseTo(x, 6);
  expect(found).toHaveLength(wanted.length);
};

test('a linear layer: weights, bias, activation', async () => {
  const input = Float32Array.of(1, 2, 3);
  close((await open(activation('Identity')))(input), [1.25, 4]);
  close((await open(activation('Tanh')))(input), [Math.tanh(1.25), Math.tanh(4)]);
  close((await open({}))(input), [Math.tanh(1.25), Math.tanh(4)]); // the module's default
  close((await open(activation('Identity'), safetensors({ 'linear.weight': weight })))(input), [1, 4.5]);
});

test('unsupported activations and weights are refused', async () => {
  await expect(open(activation('GLU'))).rejects.toMatchObject({ code: 'unsupported' });
  const half = safetensors({ 'linear.weight': weight }, 'F16');
  await expect(open({}, half)).rejects.toMatchObject({ code: 'unsupported' });
  await expect(open({}, Buffer.from('no such file'))).rejects.toMatchObject({ code: 'model-invalid' });
  await expect(open({}, safetensors({ other: bias }))).rejects.toMatchObject({ code: 'model-invalid' });
  const layer = await open({});
  expect(() => layer(Float32Array.of(1))).toThrow(expect.objectContaining({ code: 'model-invalid' }));
});
