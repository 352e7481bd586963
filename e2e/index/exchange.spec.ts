/** Export, import, recall report and map: the public API, a real worker, a real IndexedDB. */
import { expect, test } from '../harness/test.ts';

test.describe.configure({ timeout: 120_000 });

test('an exported index is imported again; one of another space is refused or re-embedded', async ({
  tte,
}) => {
  const seen = await tte.evaluate(async () => {
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 'no error',
        (error) => `${error.code}: ${error.message}`,
      );
    const embedder = await window.tte.createEmbedder({
      model: { embedder: '/models/tiny-bert-mean' },
      device: 'wasm',
      threads: 1,
    });
    const index = await embedder.openIndex('out');
    const items = Array.from({ length: 30 }, (_, i) => ({
      id: `note ${i}`,
      text: `${['a cat', 'the dog', 'one bird'][i % 3]} number ${i}`,
      metadata: { number: i, tags: ['animal', `third ${i % 3}`] },
    }));
    await index.add(items);
    const hitsOf = async (which: typeof index) => {
      for await (const { hits } of which.search({ text: 'the cat' }, { topK: 5, think: 'never' })) {
        return hits.map(({ id, score, metadata, addedAt, contentHash }) => ({
          id,
          score: score.toFixed(4),
          metadata,
          addedAt,
          contentHash,
        }));
      }
      return [];
    };
    const expected = await hitsOf(index);
    const found: Record<string, unknown> = { expected };
    let parquet = new File([], '');
    for (const format of ['parquet', 'jsonl', 'npy'] as const) {
      const files = await index.export({ format });
      parquet = format === 'parquet' ? (files[0] as File) : parquet;
      const copy = await embedder.openIndex(`copy of ${format}`);
      const told: number[] = [];
      found[format] = {
        names: files.map(({ name }) => name),
        first: await copy.import(files, { onProgress: ({ done, total }) => told.push(done / (total ?? 0)) }),
        told,
        again: await copy.import(files),
        hits: await hitsOf(copy),
      };
    }
    const [sql] = await index.export({ format: 'sql' });
    found.sql = (await (sql as File).text()).match(/INSERT|COMMIT/g);

    const damaged = await codeOf(index.import(parquet.slice(0, -9)));
    const noFormat = await codeOf(index.export({ format: 'csv' as 'jsonl' }));
    const aborted = await codeOf(index.export({ signal: AbortSignal.abort() }));
    await embedder.dispose();

    const other = await window.tte.createEmbedder({
      model: { embedder: '/models/tiny-bert-cls' },
      device: 'wasm',
      threads: 1,
    });
    const foreign = await other.openIndex('in');
    const refused = await codeOf(foreign.import(parquet));
    const countAfterRefusal = await foreign.count();
    const embedded = await foreign.import(parquet, { reembed: true });
    const kept = await foreign.get('note 7');
    await other.dispose();
    return {
      found,
      damaged,
      noFormat,
      aborted,
      refused,
      spaces: [index.manifest.space, foreign.manifest.space],
      countAfterRefusal,
      embedded,
      kept,
    };
  });
  expect(seen.found.expected).toHaveLength(5);
  for (const [format, names] of [
    ['parquet', ['out.parquet']],
    ['jsonl', ['out.jsonl']],
    ['npy', ['out.npy', 'out.ids.jsonl']],
  ] as const) {
    expect(seen.found[format], format).toEqual({
      names,
      first: { added: 30, replaced: 0, skipped: 0, failed: [] },
      told: [1],
      again: { added: 0, replaced: 0, skipped: 30, failed: [] },
      hits: seen.found.expected,
    });
  }
  expect(seen.found.sql).toEqual(['INSERT', 'COMMIT']);
  expect(seen.damaged).toMatch(/^invalid-input: .*Parquet/);
  expect(seen.noFormat).toMatch(/^invalid-input: options.format/);
  expect(seen.aborted).toMatch(/^aborted/);
  expect(seen.refused).toMatch(/^space-mismatch/);
  for (const space of seen.spaces) expect(seen.refused).toContain(space);
  expect(seen.countAfterRefusal).toBe(0);
  expect(seen.embedded).toEqual({ added: 30, replaced: 0, skipped: 0, failed: [] });
  expect(seen.kept).toMatchObject({ text: 'the dog number 7', metadata: { number: 7 } });
});

test('the recall report and the map of a small collection, with the built-in model', async ({ tte }) => {
  const seen = await tte.evaluate(async () => {
    const embedder = await window.tte.createEmbedder({ device: 'wasm', threads: 1 });
    const index = await embedder.openIndex('small');
    const texts = [
      'bees in a hive',
      'bread and flour',
      'a blue whale',
      'the night train',
      'a boat on a lake',
      'rain',
    ];
    await index.add(texts.map((text) => ({ id: text, text })));
    const told: number[] = [];
    const report = await index.evaluateRecall({ sample: 3, topK: 4, onProgress: (done) => told.push(done) });
    const asked = await index.evaluateRecall({ queries: ['what do bees live in?'], topK: 2 });
    const map = await index.project2d();
    const same = await index.project2d();
    await index.add(
      Array.from({ length: 20 }, (_, i) => ({ id: `more ${i}`, text: `the lake and boat ${i}` })),
    );
    const earlier = await index.project2d();
    await index.add({ id: 'last', text: 'a whale in the sea' });
    const grown = await index.project2d({ earlier });
    await embedder.dispose();
    return { report, asked, told, map, same, earlier, grown };
  });
  expect(seen.report).toMatchObject({
    items: 6,
    topK: 4,
    seed: 1,
    scan: { queries: 3, approximate: false, overlap: 1, sameFirst: 1, rankChange: 0, moved: [] },
    thinking: { queries: 3, mode: 'answer' },
  });
  const { overlap = -1 } = seen.report.thinking ?? {};
  expect(overlap).toBeGreaterThan(0);
  expect(overlap).toBeLessThanOrEqual(1);
  expect(seen.told.at(-1)).toBe(1);
  expect(seen.asked).toMatchObject({ scan: { queries: 1 }, thinking: { queries: 1 } });

  expect(seen.map.map(({ id }) => id)).toEqual([
    'bees in a hive',
    'bread and flour',
    'a blue whale',
    'the night train',
    'a boat on a lake',
    'rain',
  ]);
  expect(seen.map.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  expect(seen.same).toEqual(seen.map);
  expect(seen.earlier).toHaveLength(26);
  expect(seen.grown.slice(0, -1)).toEqual(seen.earlier);
  expect(seen.grown.at(-1)?.id).toBe('last');
});
