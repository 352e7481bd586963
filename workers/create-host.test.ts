/** The engine in Node with files: the code that pages run in a worker, tested without a browser. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { HostApi } from '../src/shared/protocol.ts';
import { createHost } from './create-host.ts';
import { cosine } from './embedder/vector.ts';
import { nodePlatform } from './platform/node/platform.ts';
import { loadRequest } from './testing/load-request.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tte-host-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const fixture = (name: string) => `${pathToFileURL(resolve('e2e/fixtures/models', name))}/`;
const open: HostApi[] = [];
afterEach(async () => {
  for (const host of open.splice(0)) await host.close();
});

const modelsUrl = `${pathToFileURL(resolve('public/models'))}/`;

async function load(
  embedder: string,
  reasoner: string | null = null,
  customOperators = true,
  cache = { vectors: 0, traces: 0 },
) {
  const host = createHost(nodePlatform({ dataDir, modelsUrl }));
  open.push(host);
  const config = loadRequest(embedder, { reasoner, customOperators, cache });
  const info = await host.load(1, config, () => {}, null, null, null);
  return { host, info };
}

const text = (text: string) => ({ images: [], layout: 'none' as const, text, instruction: '' });
const plain = { think: 'never', role: 'query' } as const;

test.each(['tiny-bert-mean', 'tiny-bert-cls', 'tiny-qwen3-embed'])(
  '%s gives its reference vectors',
  async (name) => {
    const { host, info } = await load(fixture(name));
    expect(info).toMatchObject({ system: 'direct', device: 'wasm' });
    const { golden } = JSON.parse(readFileSync(`e2e/fixtures/models/${name}/tte.json`, 'utf8'));
    for (const { input, vector } of golden) {
      const found = await host.embed(
        2,
        text(input.text),
        { ...plain, role: input.role === 'query' ? 'query' : 'document' },
        null,
      );
      expect(cosine(found.vector, vector)).toBeGreaterThan(0.9999);
    }
  },
);

test.each(['pico', 'pico-s', fixture('tiny-unified-prefix')])(
  '%s, stored with 4 bits, gives the same without our operators',
  async (model) => {
    const input = { ...text('A red boat on the shore of a lake.'), instruction: 'Find a similar place.' };
    const vectors = await Promise.all(
      [true, false].map(async (customOperators) => {
        const { host } = await load(model, null, customOperators);
        return (await host.embed(2, input, plain, null)).vector;
      }),
    );
    const [ours, theirs] = vectors as [Float32Array, Float32Array];
    expect(ours).not.toEqual(theirs);
    expect(cosine(ours, theirs)).toBeGreaterThan(0.99);
  },
);

test('vectors that were computed with the custom operators are not returned without them', async () => {
  const cached = async (customOperators: boolean) => {
    const { host } = await load(fixture('tiny-unified-prefix'), null, customOperators, {
      vectors: 10,
      traces: 0,
    });
    const result = await host.embed(2, text('A lighthouse in the fog.'), plain, null);
    await host.flush();
    return result.cached;
  };
  expect(await cached(true)).toBe(false);
  expect(await cached(true)).toBe('vector');
  expect(await cached(false)).toBe(false);
});

test('what is to be deleted must be named', async () => {
  const host = createHost(nodePlatform({ dataDir, modelsUrl }));
  open.push(host);
  const refused = (field: string) =>
    expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(`^${field}: `) });
  for (const name of ['', undefined, null, 3]) {
    await expect(host.deleteModel(name as never)).rejects.toEqual(refused('id'));
    await expect(host.deleteIndex(name as never)).rejects.toEqual(refused('name'));
    await expect(host.clearCache(name as never)).rejects.toEqual(refused('cache'));
  }
});
