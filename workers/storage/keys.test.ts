import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256, sha256Text } from './hash.ts';
import { canonical, traceKey, vectorKey } from './keys.ts';
import { spaceOf } from './space.ts';

const reference = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const model = {
  id: 'm',
  revision: '1',
  dtype: 'q4',
  prompts: { embed: { query: '{text}', document: '{text}' } },
};
const input = { images: [], layout: 'none', text: 'a', instruction: '', trace: null };

test('hashes agree with another implementation, below and above the switch to WebCrypto', async () => {
  for (const size of [0, 1, 63, 64, 16_384, 16_385, 1_000_000]) {
    const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 7) % 256);
    expect(await sha256(bytes)).toBe(reference(bytes));
  }
  expect(await sha256Text('Straße 夜')).toBe(reference('Straße 夜'));
});

test('many hashes at once do not mix', async () => {
  const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`);
  expect(await Promise.all(texts.map(sha256Text))).toEqual(texts.map(reference));
});

test('the order of an object’s keys does not matter, everything else does', () => {
  expect(canonical({ b: 1, a: [{ y: 2, x: 1 }] })).toBe(canonical({ a: [{ x: 1, y: 2 }], b: 1 }));
  expect(canonical(['a', 'b'])).not.toBe(canonical(['b', 'a']));
  expect(canonical(['ab', ''])).not.toBe(canonical(['a', 'b']));
});

test('each part of a vector’s key changes it', async () => {
  const base = { input, space: 's', device: 'wasm', role: 'query', think: 'never' } as const;
  const keys = await Promise.all([
    vectorKey(base),
    vectorKey({ ...base, input: { ...input, text: 'b' } }),
    vectorKey({ ...base, input: { ...input, text: '', instruction: 'a' } }),
    vectorKey({ ...base, input: { ...input, trace: '' } }),
    vectorKey({ ...base, input: { ...input, images: ['x'] } }),
    vectorKey({ ...base, input: { ...input, layout: 'pages' } }),
    vectorKey({ ...base, space: 't' }),
    vectorKey({ ...base, device: 'webgpu' }),
    vectorKey({ ...base, role: 'document' }),
    vectorKey({ ...base, think: 'full' }),
  ]);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys[0]).toBe(await vectorKey({ ...base }));
});

test('each part of a trace’s key changes it', async () => {
  const base = { input, reasoner: model, device: 'wasm', think: 'answer' } as const;
  const keys = await Promise.all([
    traceKey(base),
    traceKey({ ...base, reasoner: 'external' }),
    traceKey({ ...base, reasoner: { ...model, revision: '2' } }),
    traceKey({ ...base, reasoner: { ...model, dtype: 'fp32' } }),
    traceKey({ ...base, reasoner: { ...model, prompts: {} } }),
    traceKey({ ...base, think: 'full' }),
    traceKey({ ...base, device: 'webgpu' }),
  ]);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a space is readable, and tells apart what must not meet', async () => {
  const base = { embedder: model, dimensions: 384, think: 'answer', reasoner: model } as const;
  const space = await spaceOf(base);
  expect(space).toMatch(/^m@1\/q4\/384\/answer#[0-9a-f]{8}$/);
  expect(await spaceOf({ ...base, embedder: { ...model, prompts: {} } })).not.toBe(space);
  expect(await spaceOf({ ...base, reasoner: 'external' })).not.toBe(space);
  expect(await spaceOf({ ...base, dimensions: 256 })).not.toBe(space);
  const never = await spaceOf({ ...base, think: 'never' });
  expect(await spaceOf({ ...base, think: 'never', reasoner: null })).toBe(never);
});
