/** Folders without a tte.json, as on hubs, through the whole host in Node. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { createHost } from './create-host.ts';
import { cosine, normalize } from './embedder/vector.ts';
import { nodePlatform } from './platform/node/platform.ts';
import { loadRequest } from './testing/load-request.ts';

const dir = mkdtempSync(join(tmpdir(), 'tte-folders-'));
afterAll(() => rmSync(dir, { recursive: true }));
const HIDDEN = 48;
let made = 0;

/** A copy of tiny-bert-mean as it would be on a hub, with changed or added files. */
function folder(files: Record<string, string | Uint8Array>): string {
  const path = join(dir, `m${made++}`);
  cpSync('e2e/fixtures/models/tiny-bert-mean', path, { recursive: true });
  rmSync(join(path, 'tte.json'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return `${pathToFileURL(path)}/`;
}

async function load(embedder: string) {
  const modelsUrl = `${pathToFileURL(dir)}/`;
  const host = createHost(nodePlatform({ dataDir: join(dir, `data${made++}`), modelsUrl }));
  const info = await host.load(1, loadRequest(embedder), () => {}, null, null, null);
  const embed = async (text: string) =>
    (
      await host.embed(
        2,
        { images: [], layout: 'none', text, instruction: '' },
        { think: 'never', role: 'query' },
        null,
      )
    ).vector;
  return { info, embed };
}

const json = JSON.stringify;
const type = (name: string) => `sentence_transformers.models.${name}`;
const modules = (last: string) =>
  json([
    { idx: 0, path: '', type: type('Transformer') },
    { idx: 1, path: '1_Pooling', type: type('Pooling') },
    { idx: 2, path: `2_${last}`, type: type(last) },
  ]);

test('unsupported poolings and modules are refused instead of being treated as the mean', async () => {
  const max = folder({ '1_Pooling/config.json': json({ pooling_mode_max_tokens: true }) });
  await expect(load(max)).rejects.toMatchObject({ code: 'unsupported' });
  const norm = folder({ 'modules.json': modules('LayerNorm') });
  await expect(load(norm)).rejects.toMatchObject({ code: 'unsupported' });
  const other = folder({ 'modules.json': modules('Dense'), '2_Dense/pytorch_model.bin': 'pickled' });
  await expect(load(other)).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('2_Dense/model.safetensors'),
  });
});

test('a Dense module changes vectors as sentence-transformers does', async () => {
  const rows = 5;
  const matrix = Float32Array.from({ length: rows * HIDDEN }, (_, i) => Math.sin(i));
  const head = json({
    'linear.weight': { dtype: 'F32', shape: [rows, HIDDEN], data_offsets: [0, matrix.byteLength] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  const dense = await load(
    folder({
      'modules.json': modules('Dense'),
      '2_Dense/config.json': json({
        in_features: HIDDEN,
        out_features: rows,
        activation_function: 'torch.nn.modules.linear.Identity',
      }),
      '2_Dense/model.safetensors': Buffer.concat([length, Buffer.from(head), Buffer.from(matrix.buffer)]),
    }),
  );
  const plain = await load(folder({}));
  expect([plain.info.dimensions, dense.info.dimensions]).toEqual([[HIDDEN], [rows]]);
  for (const text of ['a cat sleeps', 'the parliament passed the budget']) {
    const pooled = await plain.embed(text); // of length 1: a linear layer does not care
    const wanted = Array.from({ length: rows }, (_, row) =>
      pooled.reduce((sum, x, i) => sum + x * (matrix[row * HIDDEN + i] as number), 0),
    );
    expect(cosine(await dense.embed(text), normalize(Float32Array.from(wanted)))).toBeGreaterThan(0.99999);
  }
});

test('a folder with a derived descriptor reproduces its reference vectors', async () => {
  const { embed } = await load(folder({}));
  const { golden } = JSON.parse(readFileSync('e2e/fixtures/models/tiny-bert-mean/tte.json', 'utf8'));
  const plain = golden.find(({ input }: { input: object }) =>
    Object.keys(input).every((key) => key === 'text' || key === 'role'),
  );
  expect(cosine(await embed(plain.input.text), plain.vector)).toBeGreaterThan(0.9999);
});
