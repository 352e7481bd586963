/** The same core in a page and in Node: equal vectors, and indexes that one makes and the other searches. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../scripts/paths.ts';
import type { Embedder } from '../src/client/types.ts';
import { cosineSimilarity as cosine } from '../src/client/vectors.ts';
import { expect, test } from './harness/test.ts';

type Node = typeof import('../src/node/index.ts');

const TEXTS = [
  { text: 'a red bicycle leaning on a wall' },
  {
    text: 'Wie viele Bienen leben in einem Stock?',
    instruction: 'Find a passage that answers the question.',
  },
  { text: 'how do plants make food', trace: 'Plants make food by photosynthesis.' },
];
const PICTURES = ['badge.png', 'landscape.png', 'portrait.png', 'turned.jpg'];
const THOUGHT = { text: 'what is the name of the animal that barks' };

let node: Embedder;
let dataDir: string;
test.beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tte-'));
  const { createEmbedder } = (await import(pathToFileURL(join(root, 'dist/node/index.js')).href)) as Node;
  node = await createEmbedder({ dataDir });
});
test.afterAll(async () => {
  await node.dispose();
  rmSync(dataDir, { recursive: true });
});

test('Node and the page compute the same vectors', async ({ tte }) => {
  const inPage = await tte.evaluate(
    async ([texts, pictures, thought]) => {
      const embedder = await window.tte.createEmbedder({ device: 'wasm' });
      const plain = { think: 'never', role: 'document' } as const;
      const vectors: Record<string, number[]> = {};
      for (const input of texts) vectors[input.text] = [...(await embedder.embed(input, plain)).vector];
      for (const name of pictures) {
        const image = `/fixtures/images/${name}`;
        vectors[name] = [...(await embedder.embed({ image }, plain)).vector];
      }
      const { vector, trace } = await embedder.embed(thought, { think: 'answer' });
      vectors[thought.text] = [...vector];
      await embedder.dispose();
      return { vectors, trace: trace?.text };
    },
    [TEXTS, PICTURES, THOUGHT] as const,
  );

  const plain = { think: 'never', role: 'document' } as const;
  const inNode: Record<string, Float32Array> = {};
  for (const input of TEXTS) inNode[input.text] = (await node.embed(input, plain)).vector;
  for (const name of PICTURES) {
    const image = join(root, 'e2e/fixtures/images', name);
    inNode[name] = (await node.embed({ image }, plain)).vector;
  }
  const thought = await node.embed(THOUGHT, { think: 'answer' });
  inNode[THOUGHT.text] = thought.vector;

  const rows = Object.entries(inPage.vectors).map(([name, vector]) => {
    const same = cosine(vector, inNode[name] as Float32Array);
    const first = (of: ArrayLike<number>) =>
      Array.from(of)
        .slice(0, 3)
        .map((x) => x.toFixed(5))
        .join(' ');
    return {
      name,
      same,
      line: `${same.toFixed(6)}  ${first(vector)} | ${first(inNode[name] as Float32Array)}  ${name}`,
    };
  });
  console.log(['cosine    page | Node', ...rows.map(({ line }) => line)].join('\n'));
  expect(thought.trace?.text).toBe(inPage.trace);
  for (const { name, same } of rows) expect(same, name).toBeGreaterThanOrEqual(0.9999);
});

test('an index made in Node can be searched in the page, and vice versa', async ({ tte }) => {
  const items = [
    { id: 'bees', text: 'Bees build combs of wax and fill them with honey.' },
    { id: 'ships', text: 'A steamer crossed the ocean in nine days.' },
    { id: 'bread', text: 'Knead the dough until it is smooth and let it rise.' },
  ];
  const index = await node.openIndex('made in Node');
  await index.add(items);
  const [file] = await index.export({ format: 'parquet' });
  const bytes = Buffer.from(await (file as File).arrayBuffer()).toString('base64');
  const inPage = await tte.evaluate(async (bytes) => {
    const embedder = await window.tte.createEmbedder({ device: 'wasm' });
    const index = await embedder.openIndex('from Node');
    const parquet = new Blob([Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))]);
    const report = await index.import(parquet);
    const found: (readonly [string, number])[] = [];
    for await (const { hits } of index.search({ text: 'insects that make honey' }, { think: 'never' })) {
      found.push(...hits.map(({ id, score }) => [id, score] as const));
    }
    const [file] = await index.export({ format: 'jsonl' });
    const text = await (file as File).text();
    await embedder.dispose();
    return { report, found, text };
  }, bytes);
  expect(inPage.report).toMatchObject({ added: 3, failed: [] });

  const back = await node.openIndex('from the page');
  expect(await back.import(new Blob([inPage.text]))).toMatchObject({ added: 3, failed: [] });
  const found: (readonly [string, number])[] = [];
  for await (const { hits } of back.search({ text: 'insects that make honey' }, { think: 'never' })) {
    found.push(...hits.map(({ id, score }) => [id, score] as const));
  }
  expect(found.map(([id]) => id)).toEqual(inPage.found.map(([id]) => id));
  for (const [i, [, score]] of found.entries()) expect(score).toBeCloseTo(inPage.found[i]?.[1] as number, 3);
});
