/** The whole package in Node, with the built-in model and data in files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';
import { cosine } from '../../workers/embedder/vector.ts';
import type { Embedder } from '../client/types.ts';
import type { LoadProgress, SearchResult } from '../index.ts';
import { createEmbedder, deleteIndex, listIndexes, type NodeEmbedderOptions, openIndex } from './index.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tte-node-'));
afterAll(() => rmSync(dataDir, { recursive: true }));
const open: Embedder[] = [];
afterEach(async () => {
  for (const embedder of open.splice(0)) await embedder.dispose();
});

async function embedder(options: NodeEmbedderOptions = {}): Promise<Embedder> {
  const made = await createEmbedder({ dataDir, ...options });
  open.push(made);
  return made;
}

const descriptor = JSON.parse(readFileSync('public/models/pico/tte.json', 'utf8'));
/** A model of a few thousand random weights, which loads instantly. */
const TINY = './e2e/fixtures/models/tiny-bert-mean';

test('the built-in model reproduces its golden vectors of texts and pictures, and thinks', async () => {
  const progress: LoadProgress[] = [];
  const tte = await embedder({ onProgress: (event) => progress.push(event) });
  expect(tte.info).toMatchObject({ system: 'unified', device: 'wasm', threads: 1 });
  expect(progress.at(-1)).toMatchObject({ phase: 'ready' });
  for (const { input, vector, minCosine } of descriptor.golden) {
    const { image, text, instruction, trace, role = 'document' } = input;
    const found = await tte.embed({ image, text, instruction, trace }, { think: 'never', role });
    expect(cosine(found.vector, vector)).toBeGreaterThanOrEqual(minCosine);
  }
  const question = { text: 'what is the name of the animal that barks' };
  const deltas: string[] = [];
  const thought = await tte.embed(question, { think: 'answer', onTrace: (delta) => deltas.push(delta) });
  expect(thought.trace?.answer).toMatch(/\w/);
  expect(deltas.join('')).toBe(thought.trace?.text);
});

test('options that are none are refused', async () => {
  for (const options of [null, { dataDir: 3 }, { dataDir: '' }, { dataDirr: dataDir }] as never[]) {
    const refused = expect.objectContaining({ code: 'invalid-input' });
    await expect(createEmbedder(options)).rejects.toEqual(refused);
    await expect(openIndex('a', options)).rejects.toEqual(refused);
    await expect(listIndexes(options)).rejects.toEqual(refused);
    await expect(deleteIndex('a', options)).rejects.toEqual(refused);
  }
});

test('where nothing can be stored the model works, and what is about stored data rejects instead of telling that there is none', async () => {
  const file = join(dataDir, 'a file');
  writeFileSync(file, '');
  const tte = await embedder({ model: TINY, dataDir: file });
  expect((await tte.embed('a')).vector).toHaveLength(48);
  expect(await tte.storage()).toMatchObject({ models: [], indexes: [] });
  const refused = expect.objectContaining({
    code: 'unsupported',
    message: expect.stringContaining('dataDir'),
  });
  for (const call of [
    () => tte.openIndex('a'),
    () => tte.clearAll(),
    () => openIndex('a', { dataDir: file }),
    () => listIndexes({ dataDir: file }),
    () => deleteIndex('a', { dataDir: file }),
  ]) {
    await expect(call()).rejects.toEqual(refused);
  }
});

test('vectors are cached on disk; calls of a disposed embedder reject', async () => {
  const tte = await embedder({ model: TINY });
  const { vector } = await tte.embed('a red bicycle');
  await tte.dispose();
  await expect(tte.embed('late')).rejects.toMatchObject({ code: 'disposed' });
  const again = await (await embedder({ model: TINY })).embed('a red bicycle');
  expect(again.cached).toBe('vector');
  expect(again.vector).toEqual(vector);
});

test('an index on disk is opened by the next embedder, searched by text, and deleted', async () => {
  const tte = await embedder({ model: TINY });
  const index = await tte.openIndex('Notes / Ä');
  const text = 'Bees build combs of wax and fill them with honey.';
  const report = await index.add([
    { id: 'bees', text, metadata: { year: 1 } },
    { id: 'ships', text: 'A steamer crossed the ocean in nine days.', metadata: { year: 2 } },
    { id: 'bread', text: 'Knead the dough until it is smooth.' },
  ]);
  expect(report).toMatchObject({ added: 3, failed: [] });

  const other = await (await embedder({ model: TINY })).openIndex('Notes / Ä');
  expect(await other.count()).toBe(3);
  const results: SearchResult[] = [];
  for await (const result of other.search({ text }, { topK: 2 })) {
    results.push(result);
  }
  expect(results[0]?.hits.map(({ id }) => id)).toEqual(['bees', expect.any(String)]);
  expect((await other.search(text, { topK: 2 })).hits).toEqual(results.at(-1)?.hits);
  for (const options of [null, { signal: 5 }, { signal: {} }, { topk: 3 }] as never[]) {
    await expect(other.search(text, options)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(other.add([], options)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(other.list(options)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(other.export(options)).rejects.toMatchObject({ code: 'invalid-input' });
  }
  expect(await other.list({ where: { year: 2 } })).toMatchObject([{ id: 'ships' }]);
  const [file] = await other.export({ format: 'parquet' });
  expect(file?.size).toBeGreaterThan(1000);
  expect(await listIndexes({ dataDir })).toMatchObject([{ name: 'Notes / Ä', count: 3 }]);
  const withoutModel = await openIndex('Notes / Ä', { dataDir });
  expect(await withoutModel.get('bread')).toMatchObject({ text: 'Knead the dough until it is smooth.' });
  await withoutModel.close();
  await deleteIndex('Notes / Ä', { dataDir });
  expect((await tte.storage()).indexes).toEqual([]);
});

test('refuses unsupported options with a message', async () => {
  await expect(createEmbedder({ dataDir, device: 'webgpu' })).rejects.toMatchObject({ code: 'unsupported' });
  await expect(createEmbedder({ dataDir, model: './no/such/folder' })).rejects.toMatchObject({
    code: 'model-not-found',
  });
});

test('accepts pictures as paths, URLs, bytes or blobs, and a custom decoder', async () => {
  const path = 'e2e/fixtures/images/badge.png';
  const bytes = new Uint8Array(readFileSync(path));
  const model = './e2e/fixtures/models/tiny-clip';
  const tte = await embedder({ model });
  const options = { think: 'never', role: 'document' } as const;
  const images = [path, pathToFileURL(path).href, bytes, readFileSync(path), bytes.buffer, new Blob([bytes])];
  const vectors = [];
  for (const image of images) vectors.push((await tte.embed({ image }, options)).vector);
  for (const vector of vectors) expect(cosine(vector, vectors[0] as Float32Array)).toBeGreaterThan(0.999999);
  await expect(tte.embed({ image: 'no/such.png' }, options)).rejects.toMatchObject({ code: 'invalid-input' });

  const decoded: number[] = [];
  const grey = { width: 8, height: 8, data: new Uint8ClampedArray(256).fill(128) };
  const own = await embedder({
    model,
    decodeImage: async (file) => {
      decoded.push(file.byteLength);
      return grey;
    },
    cache: { vectors: 0 },
  });
  const { vector } = await own.embed({ image: path }, options);
  expect(decoded).toEqual([bytes.length]);
  expect(cosine(vector, vectors[0] as Float32Array)).toBeLessThan(0.99);
});
