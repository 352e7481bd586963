import { expect, test } from 'vitest';
import { parseManifest } from '../index/exchange/manifest.ts';
import { readManifest, storedIndexes } from '../index/segments.ts';
import { parseDescriptor } from '../models/descriptor.ts';
import { memoryStore } from './database.ts';
import { createModelMetadataStore } from './model-metadata.ts';
import { spaceOf } from './space.ts';

const oldPrompts = { embed: { query: 'q: {text}', target: '{text}' } };
const prompts = { embed: { query: 'q: {text}', document: '{text}' } };
const oldDescriptor = {
  format: 1,
  id: 'm',
  revision: '1',
  kind: 'embedder',
  architecture: 'text-encoder',
  licence: 'MIT',
  source: 'a test',
  sessions: { model: { fp32: { path: 'onnx/model.onnx' } } },
  files: { 'onnx/model.onnx': { bytes: 1 } },
  embedding: { dimensions: 2, pooling: 'mean' },
  text: { maxTokens: 8 },
  prompts: oldPrompts,
  golden: [{ input: { text: 'a', role: 'target' }, vector: [0.6, 0.8], minCosine: 0.9 }],
};

test('a folder whose tte.json has the old names is read', () => {
  const descriptor = parseDescriptor(oldDescriptor);
  expect(descriptor).toMatchObject({ license: 'MIT', prompts });
  expect(descriptor.golden?.[0]?.input.role).toBe('document');
});

test('a descriptor that an earlier version stored is read', async () => {
  const store = memoryStore();
  const record = { url: 'https://a/m/', base: 'https://a/m/', knowledge: 'descriptor', absent: [] };
  await store.set([['model/https://a/m/', { ...record, descriptor: oldDescriptor }]]);
  const metadata = createModelMetadataStore(store);
  const found = await metadata.get('https://a/m/');
  expect(found?.descriptor).toMatchObject({ license: 'MIT', prompts });
  expect(found?.descriptor).not.toHaveProperty('licence');
  expect(await metadata.all()).toEqual([found]);
});

test('an index that an earlier version stored is read, with the same incarnation', async () => {
  const store = memoryStore();
  const space = { format: 1, space: 's', dimensions: 2, prompts: oldPrompts.embed };
  const stored = { format: 1, born: '17-0.5', generation: 3, space, count: 0, segments: [] };
  await store.set([['manifest/notes', stored]]);
  const manifest = await readManifest(store, 'notes');
  expect(manifest).toMatchObject({ incarnation: '17-0.5', space: { prompts: prompts.embed } });
  expect(await storedIndexes(store)).toEqual([['notes', manifest]]);
});

test('a file that an earlier version exported is read', () => {
  const manifest = {
    format: 1,
    space: 's',
    dimensions: 2,
    metric: 'cosine',
    normalised: true,
    prompts: oldPrompts.embed,
  };
  expect(parseManifest(manifest, 'a file').prompts).toEqual(prompts.embed);
});

test('the fingerprint of an earlier space is what it was', async () => {
  const embedder = { id: 'm', revision: '1', dtype: 'q4', prompts, recipe: { always: {} } };
  expect(await spaceOf({ embedder, dimensions: 384, think: 'never', reasoner: null }, 1)).toBe(
    'm@1/q4/384/never#fa425fe5',
  );
});
