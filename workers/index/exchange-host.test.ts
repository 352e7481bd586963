/** Export, import, report and map on real collections in memory; the embedder alone is made up. */
import { beforeEach, expect, test } from 'vitest';
import type { IndexRef } from '../../src/shared/index-protocol.ts';
import type { IndexRecord, SpaceManifest } from '../../src/shared/index-types.ts';
import { normalize } from '../embedder/vector.ts';
import type { Engine } from '../pipeline/engine.ts';
import { createRequests } from '../pipeline/requests.ts';
import { memoryStore } from '../storage/database.ts';
import { openChannel } from '../testing/collections.ts';
import { manifest, records } from '../testing/records.ts';
import type { Collection } from './collection.ts';
import { createExchangeHost } from './exchange-host.ts';
import { createIndexes, type Indexes } from './indexes.ts';
import { seeded } from './random.ts';
import { createSearchPriority } from './search-priority.ts';

const all = records(1200);
const engine = {
  async embedMany(inputs, { think }, _call, onDone) {
    for (const [i, { text }] of inputs.entries()) {
      const random = seeded([...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
      const shift = think === 'never' ? 0 : 0.2;
      const vector = normalize(Float32Array.from({ length: 16 }, () => random() - 0.5 + shift));
      onDone(i, { value: { vector, trace: null } } as Parameters<typeof onDone>[1]);
    }
  },
} as Engine;

const refOf = (name: string): IndexRef => ({
  name,
  space: null,
  dimensions: null,
  think: null,
  thumbnails: 0,
});
const foreign: SpaceManifest = { ...manifest, space: 'other@2/q4/16/never#1' };
let indexes: Indexes;
let host: ReturnType<typeof createExchangeHost>;

/** Hosts on one store, as the workers of embedders of two spaces. */
const hostOf = (space: SpaceManifest) =>
  createExchangeHost({
    indexes,
    requests: createRequests(),
    searchPriority: createSearchPriority(),
    engine: () => ({ ...engine, manifest: async () => space }),
  });

/** Made where there is none. */
async function incarnationOf(name: string, space = manifest): Promise<string> {
  return (await indexes.open(name).collection.create(async () => space))?.incarnation as string;
}

async function append(name: string, items: readonly IndexRecord[]): Promise<void> {
  const expected = { demand: async () => manifest, incarnation: await incarnationOf(name) };
  await collectionOf(name).append(
    expected,
    items.map((record) => ({ ...record, thumbnail: null })),
  );
}

const collectionOf = (name: string): Collection => indexes.open(name).collection;
const countOf = (name: string) =>
  collectionOf(name).read(
    async () => null,
    async ({ table }) => table.count,
  );
const importInto = async (name: string, files: readonly File[]) =>
  host.indexImport(2, refOf(name), await incarnationOf(name), files, false, null);

beforeEach(async () => {
  indexes = createIndexes(memoryStore(), { acquire: async () => () => {}, openChannel });
  host = hostOf(manifest);
  for (let i = 0; i < all.length; i += 400) await append('full', all.slice(i, i + 400));
});

const exported = async (format: 'parquet' | 'jsonl' | 'npy') =>
  (await host.indexExport(1, refOf('full'), format)) as File[];

test.each(['parquet', 'jsonl', 'npy'] as const)(
  '%s: an index becomes its copy, and again nothing',
  async (format) => {
    const files = await exported(format);
    const first = await importInto('copy', files);
    expect(first).toEqual({ added: 1200, replaced: 0, skipped: 0, failed: [] });
  },
);

test('another space is refused and nothing kept; embedded anew, items without a text fail', async () => {
  const files = await exported('parquet');
  const incarnation = await incarnationOf('foreign', foreign);
  const others = hostOf(foreign);
  await expect(
    others.indexImport(2, refOf('foreign'), incarnation, files, false, null),
  ).rejects.toMatchObject({
    code: 'space-mismatch',
    message: expect.stringMatching(/tiny@1.*other@2/),
  });
  expect(await countOf('foreign')).toBe(0);
  const report = await others.indexImport(3, refOf('foreign'), incarnation, files, true, null);
  const silent = all.filter(({ text }) => text === '').length;
  expect(report).toMatchObject({ added: 1200 - silent, replaced: 0, skipped: 0 });
  expect(report.failed).toHaveLength(silent);
  expect(report.failed[0]).toMatchObject({ index: 1, id: all[1]?.id, reason: { code: 'unsupported' } });
  const [first] = await collectionOf('foreign').read(
    async () => foreign,
    ({ catalog }) => catalog.items([0]),
  );
  expect(first).toMatchObject({ id: all[0]?.id, addedAt: all[0]?.addedAt, metadata: all[0]?.metadata });
});

test('vectors without a text or a hash come in, too, and once', async () => {
  const lines = all.slice(0, 3).map(({ id, vector }) => JSON.stringify({ id, vector: [...vector] }));
  const file = new File([[JSON.stringify({ manifest }), ...lines].join('\n')], 'bare.jsonl');
  const report = { added: 3, replaced: 0, skipped: 0, failed: [] };
  expect(await importInto('bare', [file])).toEqual(report);
  const again = { added: 0, replaced: 0, skipped: 3, failed: [] };
  expect(await importInto('bare', [file])).toEqual(again);
});

test('a file with a fault at its end is refused as a whole', async () => {
  const [file] = await exported('jsonl');
  const faulty = new File([file as File, '{"id": "last", "vector": [1]}\n'], 'f.jsonl');
  await expect(importInto('copy', [faulty])).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('line 1202'),
  });
  expect(await countOf('copy')).toBe(0);
});

test('what was deleted is neither exported nor drawn', async () => {
  await collectionOf('full').change(
    async () => manifest,
    async () => ({ items: [], rows: new ArrayBuffer(0), removed: [0, 1, 2] }),
  );
  const [file] = await exported('jsonl');
  expect((await (file as File).text()).split('\n')).toHaveLength(1 + 1197 + 1);
});

test('the report: a small index is searched exactly; thoughts move things; a seed repeats it', async () => {
  const options = { sample: 20, topK: 5, seed: 1, queries: null, think: 'answer' as const };
  const report = await host.indexEvaluateRecall(2, refOf('full'), options, null);
  expect(report).toMatchObject({
    items: 1200,
    scan: { queries: 20, approximate: false, overlap: 1, rankChange: 0, scoreLoss: { mean: 0, largest: 0 } },
  });
  expect(report.thinking?.overlap).toBeLessThan(1);
  expect(report.thinking?.moved.length).toBeGreaterThan(0);
  const again = await host.indexEvaluateRecall(3, refOf('full'), options, null);
  expect(again.thinking).toEqual(report.thinking);
  const without = await host.indexEvaluateRecall(4, refOf('full'), { ...options, think: null }, null);
  expect(without.thinking).toBeNull();
});
