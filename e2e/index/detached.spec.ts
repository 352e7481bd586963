/** Indexes without a model: access to data neither waits for a model nor fetches one. */
import { expect, test } from '../harness/test.ts';

test.describe.configure({ timeout: 60_000 });

const model = (name: string) =>
  ({ model: { embedder: `/models/${name}` }, device: 'wasm', threads: 1 }) as const;

test('an embedder’s index can be read, searched, exported, imported and deleted without fetching a model file', async ({
  tte,
}) => {
  await tte.evaluate(async (options) => {
    const embedder = await window.tte.createEmbedder(options);
    const index = await embedder.openIndex('notes');
    await index.add(
      ['bees make honey', 'bread is baked', 'a whale swims'].map((text, i) => ({ id: `${i}`, text })),
    );
    await embedder.dispose();
  }, model('tiny-bert-mean'));
  await tte.reload();
  await tte.evaluate(async () => {
    const url = '/dist/index.js';
    window.tte = await import(/* @vite-ignore */ url);
  });
  const fetched: string[] = [];
  tte.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  const seen = await tte.evaluate(async (options) => {
    const { openIndex, listIndexes, deleteIndex, createEmbedder } = window.tte;
    const missing = await createEmbedder({ ...options, model: '/models/nowhere' }).catch(
      (error) => error.code,
    );
    const index = await openIndex('notes');
    const [file] = await index.export({ format: 'parquet' });
    const copy = await openIndex('copy');
    const report = await copy.import(file!);
    const found = {
      missing,
      listed: await listIndexes(),
      like: (await copy.search({ like: ['0'] })).hits.map(({ id }) => id).sort(),
      words: (await index.search({ text: 'whale' }, { hybrid: true })).hits.map(({ id }) => id),
      vector: (await index.search({ vector: (await index.vector('1'))! })).hits[0]?.id,
      refused: await index.add({ text: 'more' }).catch((error) => [error.code, error.message]),
      report,
      same: JSON.stringify(await copy.list()) === JSON.stringify(await index.list()),
    };
    await copy.close();
    await deleteIndex('copy');
    const count = await index.count();
    await index[Symbol.asyncDispose]();
    const closed = await index.count().catch((error) => error.code);
    return { ...found, count, closed, left: (await listIndexes()).map(({ name }) => name) };
  }, model('tiny-bert-mean'));
  expect(seen).toMatchObject({
    missing: 'model-not-found',
    listed: [
      { name: 'copy', count: 3 },
      { name: 'notes', count: 3 },
    ],
    like: ['1', '2'],
    words: ['2'],
    vector: '1',
    refused: ['unsupported', expect.stringContaining("embedder.openIndex('notes')")],
    report: { added: 3, failed: [] },
    same: true,
    left: ['notes'],
    count: 3,
    closed: 'disposed',
  });
  expect(fetched.filter((path) => /\.onnx|tokenizer|pico/.test(path))).toEqual([]);
});

test('another embedder re-embeds it into its own space if requested', async ({ tte }) => {
  const seen = await tte.evaluate(
    async ([mean, cls]) => {
      const one = await window.tte.createEmbedder(mean);
      const index = await one.openIndex('moved');
      await index.add(Array.from({ length: 70 }, (_, i) => ({ id: `${i}`, text: `this is note ${i}` })));
      const before = index.manifest.space;
      await one.dispose();
      const two = await window.tte.createEmbedder(cls);
      const refused = await two.openIndex('moved').catch((error) => [error.code, error.message]);
      const progress: number[] = [];
      const moved = await two.openIndex('moved', {
        onSpaceMismatch: 'reembed',
        onProgress: ({ done }) => progress.push(done),
      });
      const fresh = await two.embed({ text: 'this is note 7' }, { role: 'document', think: 'never' });
      const kept = (await moved.vector('7'))!;
      const same = Math.max(...kept.map((x, i) => Math.abs(x - fresh.vector[i]!)));
      const found = {
        before,
        after: moved.manifest.space,
        refused,
        progress,
        same,
        count: await moved.count(),
      };
      await two.dispose();
      return found;
    },
    [model('tiny-bert-mean'), model('tiny-bert-cls')] as const,
  );
  expect(seen.refused).toEqual(['space-mismatch', expect.stringContaining("onSpaceMismatch: 'reembed'")]);
  expect(seen.after).not.toBe(seen.before);
  expect(seen.progress.at(-1)).toBe(70);
  expect(seen.count).toBe(70);
  expect(seen.same).toBeLessThan(1e-3);
});

test('an index deleted by another worker while items are added stays deleted', async ({ tte }) => {
  const seen = await tte.evaluate(async (options) => {
    const embedder = await window.tte.createEmbedder(options);
    const outcomes = [];
    for (const wait of [0, 30, 200]) {
      const index = await embedder.openIndex('gone');
      const items = Array.from({ length: 200 }, (_, i) => ({
        id: `${i}`,
        text: `this is note ${wait} ${i}`,
      }));
      const adding = index.add(items).then(
        () => 'added',
        (error) => error.code,
      );
      await new Promise((resolve) => setTimeout(resolve, wait));
      await window.tte.deleteIndex('gone');
      const outcome = await adding;
      outcomes.push([
        outcome,
        (await window.tte.listIndexes()).length,
        await index.count(),
        await index.list(),
      ]);
      await index.close();
    }
    await embedder.dispose();
    return outcomes;
  }, model('tiny-bert-mean'));
  for (const [outcome, ...rest] of seen) {
    expect(['disposed', 'added']).toContain(outcome);
    expect(rest).toEqual([0, 0, []]);
  }
});

test('after site data is cleared while an index is open, all views of it agree and it works again', async ({
  tte,
}) => {
  const cdp = await tte.context().newCDPSession(tte);
  await tte.evaluate(async () => {
    const index = await window.tte.openIndex('open', { space: 'mine', dimensions: 2 });
    await index.add([
      { id: 'a', vector: [1, 0] },
      { id: 'b', vector: [0, 1] },
    ]);
    Object.assign(window, { index });
  });
  await cdp.send('Storage.clearDataForOrigin', {
    origin: new URL(tte.url()).origin,
    storageTypes: 'indexeddb',
  });
  const seen = await tte.evaluate(async () => {
    const { index } = window as unknown as { index: Awaited<ReturnType<typeof window.tte.openIndex>> };
    const count = await index.count();
    const listed = (await index.list()).length;
    const found = (await index.search({ vector: [1, 0] })).hits.length;
    const report = await index.add({ id: 'c', vector: [1, 0] });
    return { count, listed, found, added: report.added, after: await index.count() };
  });
  expect(seen).toEqual({ count: 0, listed: 0, found: 0, added: 1, after: 1 });
});

test('a page that deletes the databases waits for no worker, and the open index is made anew', async ({
  tte,
}) => {
  const seen = await tte.evaluate(async () => {
    const index = await window.tte.openIndex('signed in', { space: 'mine', dimensions: 2 });
    await index.add({ id: 'a', vector: [1, 0] });
    const names = (await indexedDB.databases()).flatMap(({ name }) => name ?? []);
    for (const name of names) {
      await new Promise((resolve, reject) => {
        const deleting = indexedDB.deleteDatabase(name);
        deleting.onsuccess = resolve;
        deleting.onerror = reject;
      });
    }
    const before = await index.count();
    const { added } = await index.add({ id: 'b', vector: [0, 1] });
    const after = (await index.list()).map(({ id }) => id);
    await index.close();
    return { names, before, added, after };
  });
  expect(seen.names).toContain('think-then-embed/indexes');
  expect(seen).toMatchObject({ before: 0, added: 1, after: ['b'] });
});

test('databases that the page has made before, empty, are completed', async ({ tte }) => {
  const seen = await tte.evaluate(async () => {
    for (const name of ['think-then-embed/indexes', 'think-then-embed/weights']) {
      const made = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      made.close();
    }
    const index = await window.tte.openIndex('notes', { space: 'mine', dimensions: 2 });
    const { added } = await index.add({ id: 'a', vector: [1, 0] });
    await index.close();
    const again = await window.tte.openIndex('notes');
    const found = await again.count();
    await again.close();
    return { added, found };
  });
  expect(seen).toEqual({ added: 1, found: 1 });
});
