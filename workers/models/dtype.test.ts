import { expect, test } from 'vitest';
import type { Architecture, ModelDescriptor } from '../../src/shared/descriptor.ts';
import type { Dtype } from '../../src/shared/types.ts';
import { dtypePlans } from './dtype.ts';

const wasm = { device: 'wasm', shaderF16: false } as const;
const gpu = { device: 'webgpu', shaderF16: false } as const;
const gpuHalf = { device: 'webgpu', shaderF16: true } as const;

/** Sessions with formats; a number is a file's size. */
function model(
  sessions: Record<string, Partial<Record<Dtype, number>>>,
  architecture: Architecture = 'text-encoder',
  id = 'm',
): ModelDescriptor {
  const paths = Object.entries(sessions).flatMap(([name, sizes]) =>
    Object.entries(sizes).map(([dtype, bytes]) => ({ name, dtype, bytes, path: `onnx/${name}.${dtype}` })),
  );
  return {
    format: 1,
    id,
    revision: '1',
    kind: 'embedder',
    architecture,
    license: '',
    source: '',
    sessions: Object.fromEntries(
      Object.entries(sessions).map(([name, sizes]) => [
        name,
        Object.fromEntries(Object.keys(sizes).map((dtype) => [dtype, { path: `onnx/${name}.${dtype}` }])),
      ]),
    ),
    files: Object.fromEntries(paths.map(({ path, bytes }) => [path, { bytes }])),
    text: { maxTokens: 1 },
    prompts: {},
  };
}

const all = { fp32: 90, fp16: 45, q8: 23, int8: 23, uint8: 23, q4: 15, q4f16: 12, bnb4: 15 };
const labels = (...args: Parameters<typeof dtypePlans>) => dtypePlans(...args).map(({ label }) => label);

test('WASM: the 4-bit file, then 8 bits, then fp32', () => {
  expect(labels(model({ model: all }), wasm, null).slice(0, 3)).toEqual(['q4', 'q8', 'int8']);
  expect(labels(model({ model: { fp32: 90, q8: 23 } }), wasm, null)).toEqual(['q8', 'fp32']);
  expect(labels(model({ model: { fp32: 90 } }), wasm, null)).toEqual(['fp32']);
});

test('WebGPU: half precision only if the device supports it', () => {
  expect(labels(model({ model: all }), gpu, null)).toEqual(['q4', 'fp32', 'q8', 'int8', 'uint8']);
  expect(labels(model({ model: all }), gpuHalf, null).slice(0, 4)).toEqual(['q4', 'q4f16', 'fp16', 'fp32']);
});

test('WebGPU: no 8-bit decoders, regardless of the session’s name', () => {
  expect(labels(model({ model: { q8: 1, int8: 1 } }, 'causal-lm'), gpu, null)).toEqual([]);
  expect(labels(model({ decoder_model_merged: { q8: 1, fp32: 9 } }, 'unified-lm'), gpu, null)).toEqual([
    'fp32',
  ]);
  expect(labels(model({ model: { q8: 1 } }, 'causal-lm'), wasm, null)).toEqual(['q8']);
});

test('models whose activations overflow never run in half precision', () => {
  const gemma = model({ model: all }, 'multimodal-encoder', 'onnx-community/embeddinggemma-2-ONNX');
  expect(labels(gemma, gpuHalf, null)).not.toContain('fp16');
  expect(labels(gemma, gpuHalf, null)).not.toContain('q4f16');
  expect(
    labels(model({ model: { q4f16: 1 } }, 'causal-lm', 'onnx-community/gemma-3-270m-it-ONNX'), gpuHalf, null),
  ).toEqual([]);
});

test('every session gets its own best format, and the label names them', () => {
  const pico = model(
    { decoder_model_merged: { q4: 8 }, vision_encoder: { q8: 5 }, embedding_head: { q4: 2 } },
    'unified-lm',
  );
  expect(dtypePlans(pico, wasm, null)).toEqual([
    { sessions: { decoder_model_merged: 'q4', vision_encoder: 'q8', embedding_head: 'q4' }, label: 'q4+q8' },
  ]);
});

test('an embedding table uses its smallest file', () => {
  const vlm = model({
    embed_tokens: { fp32: 113, fp16: 57, q8: 28, q4: 113 },
    vision_encoder: { q4: 67 },
    decoder_model_merged: { q4: 87 },
  });
  expect(dtypePlans(vlm, wasm, null)[0]?.sessions.embed_tokens).toBe('q8');
});

test('a 4-bit file that is larger than the 8-bit one is not preferred', () => {
  expect(labels(model({ model: { q4: 54, q8: 23, fp32: 90 } }), wasm, null)).toEqual(['q8', 'q4', 'fp32']);
});

test('a requested format is used wherever it exists, even against the rules', () => {
  expect(labels(model({ model: all }, 'causal-lm'), gpu, 'q8')).toEqual(['q8']);
  const mixed = model({ text_model: { fp16: 1, q8: 1 }, vision_model: { q8: 1 } }, 'dual-encoder');
  expect(dtypePlans(mixed, wasm, 'fp16')[0]?.sessions).toEqual({ text_model: 'fp16', vision_model: 'q8' });
  expect(() => dtypePlans(mixed, wasm, 'q4')).toThrowError(/has no q4 files; it has fp16, q8/);
});
