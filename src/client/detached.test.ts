/** Indexes without a model, through the client and the worker's index host, with a store in memory. */
import { afterEach, expect, test, vi } from 'vitest';
import { type FakeWorker, fakeWorker } from '../../e2e/bridge/fake-worker.ts';
import { createExchangeHost } from '../../workers/index/exchange-host.ts';
import { createIndexHost } from '../../workers/index/host.ts';
import { createIndexes } from '../../workers/index/indexes.ts';
import { createSearchPriority } from '../../workers/index/search-priority.ts';
import { createRequests } from '../../workers/pipeline/requests.ts';
import { memoryStore } from '../../workers/storage/database.ts';
import { lock, noFetcher, openChannel, openText } from '../../workers/testing/collections.ts';
import type { HostApi } from '../shared/protocol.ts';
import { createDetachedIndexes } from './detached.ts';
import type { DetachedIndexOptions, IndexItem, VectorIndex } from './index-types.ts';
import { pagePlatform } from './page.ts';

const own: DetachedIndexOptions = { space: 'my-model', dimensions: 4, thumbnails: 0 };
const workers: FakeWorker[] = [];

function setUp(more: Partial<HostApi> = {}) {
  const [store, acquire] = [memoryStore(), lock()];
  const start = () => {
    const indexes = createIndexes(store, { acquire, openChannel });
    const parts = { indexes, requests: createRequests(), searchPriority: createSearchPriority() };
    const platform = { acquire, fetcher: noFetcher };
    const context = { ...parts, engine: () => null, openInput: openText, store, platform };
    const worker = fakeWorker({ ...createIndexHost(context), ...createExchangeHost(context), ...more });
    workers.push(worker);
    return worker;
  };
  return { store, start, ...createDetachedIndexes(pagePlatform(start)) };
}

afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate();
  vi.unstubAllGlobals();
});

const code = (expected: string, message = /./) =>
  expect.objectContaining({ code: expected, message: expect.stringMatching(message) });

/** A vector close to the i-th axis. */
const axis = (i: number, off = 0): number[] => [0, 1, 2, 3].map((j) => (j === i ? 1 : off));
const items: IndexItem[] = [
  { id: 'bees', vector: axis(0), text: 'Honey is made by bees', metadata: { kind: 'animal', year: 2020 } },
  { id: 'wasps', vector: axis(0, 0.3), text: 'Wasps make paper', metadata: { kind: 'animal', year: 2021 } },
  { id: 'bread', vector: axis(1), text: 'Bread is baked in C#', metadata: { kind: 'food', year: 2022 } },
];
const idsOf = async (run: ReturnType<VectorIndex['search']>) => (await run).hits.map(({ id }) => id);

test('the caller’s own vectors are stored, searched, filtered, changed and deleted without a model', async () => {
  const load = vi.fn();
  const { openIndex, listIndexes, deleteIndex } = setUp({ load });
  const index = await openIndex('notes', own);
  expect(index.manifest).toMatchObject({ space: 'my-model', dimensions: 4, embedder: null });
  expect(await index.add(items)).toEqual({ added: 3, replaced: 0, skipped: 0, failed: [] });
  expect(await index.add(items[0]!)).toMatchObject({ skipped: 1 });
  expect(await index.add({ ...items[0]!, vector: axis(3) })).toMatchObject({ replaced: 1 }); // another vector
  expect(await index.add(items[0]!)).toMatchObject({ replaced: 1 });

  expect(await idsOf(index.search({ vector: axis(0) }, { topK: 2 }))).toEqual(['bees', 'wasps']);
  expect(await idsOf(index.search({ like: ['bees'] }))).toEqual(['wasps', 'bread']);
  expect(
    await idsOf(index.search({ vector: axis(0), unlike: ['bees'] }, { where: { kind: 'food' } })),
  ).toEqual(['bread']);
  expect(await idsOf(index.search({ text: 'baked honey' }))).toEqual(['bread', 'bees']);
  const [hit] = (await index.search({ text: 'c#' }, { hybrid: true })).hits;
  expect(hit).toMatchObject({ id: 'bread', ranks: { vector: null, text: 1 }, terms: ['c#'] });
  expect(await idsOf(index.search({ vector: axis(1), text: 'wasps' }, { hybrid: true, topK: 2 }))).toContain(
    'wasps',
  );

  expect(await index.update('bees', { year: null, seen: true })).toBe(true);
  expect(await index.get('bees')).toMatchObject({ metadata: { kind: 'animal', seen: true } });
  expect(await index.count({ year: { gte: 2021 } })).toBe(2);
  expect((await index.list({ where: { kind: 'animal' } })).map(({ id }) => id)).toEqual(['wasps', 'bees']);
  expect((await index.vector('bread'))?.[1]).toBeCloseTo(1, 4);
  expect(await index.delete(['wasps', 'nobody'])).toBe(1);
  expect(await index.thumbnails(['bees'])).toEqual([null]);
  expect(await listIndexes()).toMatchObject([{ name: 'notes', space: 'my-model', count: 2 }]);

  const again = await openIndex('notes'); // whatever it is in
  expect(again.manifest?.space).toBe('my-model');
  expect(await again.count()).toBe(2);
  await deleteIndex('notes');
  expect([await again.count(), await again.list(), await listIndexes()]).toEqual([0, [], []]);
  expect(load).not.toHaveBeenCalled();
});

test('an exported file creates a new index in its space, which need not be named', async () => {
  const { openIndex } = setUp();
  const index = await openIndex('notes', own);
  await index.add(items);
  const files = await index.export({ format: 'parquet' });
  const copy = await openIndex('copy');
  expect(copy.manifest).toBeNull();
  expect([await copy.count(), await copy.list(), (await copy.search({ vector: axis(0) })).hits]).toEqual([
    0,
    [],
    [],
  ]);
  expect(await copy.import(files)).toMatchObject({ added: 3 });
  expect(copy.manifest).toEqual(index.manifest);
  expect(await copy.list()).toEqual(await index.list());
  const other = await openIndex('other', { space: 'another-model', dimensions: 4 });
  await expect(other.import(files)).rejects.toEqual(code('space-mismatch', /my-model.*another-model/));
  await expect(
    (await openIndex('bare')).import(new File(['{"id":"a","vector":[1]}'], 'a.jsonl')),
  ).rejects.toEqual(code('space-mismatch', /names no space/));
  await expect((await openIndex('none')).export()).rejects.toEqual(code('invalid-input', /nothing yet/));
});

test('calls that need a model reject with advice and change nothing', async () => {
  const { openIndex } = setUp();
  const index = await openIndex('notes', own);
  const needs = code('unsupported', /needs a model.*embedder\.openIndex\('notes'\)/);
  await expect(index.add({ text: 'a' })).rejects.toEqual(needs);
  await expect(index.add([{ text: 'a' }, items[0]!])).rejects.toEqual(needs);
  await expect(index.addFiles([new File(['a'], 'a.txt')])).rejects.toEqual(needs);
  await expect(index.search({ text: 'a' }, { hybrid: false })).rejects.toEqual(needs);
  await expect(index.search({ image: new Blob() }, { hybrid: true })).rejects.toEqual(needs);
  await expect(index.import(new File([''], 'a'), { reembed: true })).rejects.toEqual(needs);
  await expect(index.evaluateRecall({ queries: ['a'] })).rejects.toEqual(needs);
  expect(await index.count()).toBe(0);
  await index.add(items);
  expect(await index.evaluateRecall({ sample: 2 })).toMatchObject({ items: 3, thinking: null });
});

test('another space or length is refused with both named; a new index needs its length', async () => {
  const { openIndex } = setUp();
  await (await openIndex('notes', own)).add(items);
  await expect(openIndex('notes', { space: 'b', dimensions: 4 })).rejects.toEqual(
    code('space-mismatch', /my-model \(4 dimensions\).*b \(4 dimensions\).*reembed/),
  );
  await expect(openIndex('notes', { space: 'my-model', dimensions: 5 })).rejects.toEqual(
    code('space-mismatch'),
  );
  expect(await (await openIndex('notes', { space: 'my-model' })).count()).toBe(3);
  await expect(openIndex('new', { space: 'b' })).rejects.toEqual(
    code('invalid-input', /options\.dimensions/),
  );
  await expect((await openIndex('new')).add(items)).rejects.toEqual(
    code('invalid-input', /openIndex\('new', \{ space/),
  );
  const index = await openIndex('notes');
  expect(await index.add({ id: 'a', vector: [1, 2] })).toMatchObject({
    failed: [{ reason: code('invalid-input', /4 dimensions/) }],
  });
  await expect(index.search({ vector: [1, 2] })).rejects.toEqual(
    code('invalid-input', /query\.vector: must have 4/),
  );
});

test.each<[string, (index: VectorIndex) => Promise<unknown>, RegExp]>([
  ['like as a string', (index) => index.search({ like: 'bees' as never }).then(() => {}), /query\.like/],
  [
    'unlike as a number',
    (index) => index.search({ like: ['bees'], unlike: 3 as never }).then(() => {}),
    /query\.unlike/,
  ],
  ['no query', (index) => index.search(null as never).then(() => {}), /query: pass a text, or an object/],
  ['an empty query', (index) => index.search({}).then(() => {}), /query: pass a text/],
  ['a vector of nothing', (index) => index.search({ vector: [0, 0, 0, 0] }).then(() => {}), /query\.vector/],
  [
    'a vector with NaN',
    (index) => index.search({ vector: [1, Number.NaN, 0, 0] }).then(() => {}),
    /query\.vector/,
  ],
  ['topK 0', (index) => index.search({ like: ['bees'] }, { topK: 0 }).then(() => {}), /options\.topK/],
  ['a filter with a date', (index) => index.count({ at: { gte: new Date() as never } }), /where\.at\.gte/],
  ['a filter that is none', (index) => index.list({ where: 'a' as never }), /options\.where/],
  ['a negative offset', (index) => index.list({ offset: -1 }), /options\.offset/],
  ['get without an id', (index) => index.get(undefined as never), /^id/],
  ['thumbnails of a string', (index) => index.thumbnails('bees' as never), /^ids/],
  ['a filter that was forgotten', (index) => index.delete({ where: undefined as never }), /where: \{\} \}/],
  ['delete of nothing', (index) => index.delete(undefined as never), /^delete: pass an id/],
  ['delete of numbers', (index) => index.delete([1] as never), /^ids/],
  [
    'update with a BigInt',
    (index) => index.update('bees', { size: 10n as never }),
    /metadata\.size: .*BigInt/,
  ],
  ['update with no object', (index) => index.update('bees', null as never), /^metadata/],
  ['import of nothing', (index) => index.import(undefined as never), /pass one file/],
  ['import of no file', (index) => index.import({} as never), /pass one file/],
  ['import of a path', (index) => index.import('notes.parquet' as never), /^files/],
  ['import of a list of paths', (index) => index.import(['notes.parquet'] as never), /^files/],
  [
    'a map with a place that is none',
    (index) => index.project2d({ earlier: [{ id: 'a', x: Number.NaN, y: 0 }] }),
    /earlier/,
  ],
])('refused, naming the field: %s', async (_what, act, message) => {
  const index = await setUp().openIndex('notes', own);
  await index.add(items);
  await expect(act(index)).rejects.toEqual(code('invalid-input', message));
  expect(await index.count()).toBe(3);
});

test.each([['\ud800'], [''], [3], [undefined], ['a\0']])('the name %j is refused', async (name) => {
  const { openIndex, deleteIndex } = setUp();
  await expect(openIndex(name as string)).rejects.toEqual(code('invalid-input', /^name/));
  await expect(deleteIndex(name as string)).rejects.toEqual(code('invalid-input', /^name/));
});

test.each<[object, RegExp]>([
  [{ think: 'sometimes' }, /options\.think/],
  [{ thumbnails: -1 }, /options\.thumbnails/],
  [{ dimensions: 0 }, /options\.dimensions/],
  [{ space: '' }, /options\.space/],
  [{ onSpaceMismatch: 'ignore' }, /options\.onSpaceMismatch/],
])('openIndex refuses %j', async (options, message) => {
  await expect(setUp().openIndex('notes', { ...own, ...options })).rejects.toEqual(
    code('invalid-input', message),
  );
});

test('items that are not plain JSON are refused one by one with the field’s name; proxies are copied', async () => {
  const index = await setUp().openIndex('notes', own);
  const vector = axis(0);
  const { added, failed } = await index.add([
    { id: 'proxy', vector, metadata: new Proxy({ tags: new Proxy(['a'], {}) }, {}) },
    { id: 'big', vector, metadata: { size: 10n as never } },
    { id: 'half \ud800', vector },
    { id: 'date', vector, metadata: { a: { b: new Date() as never } } },
    { id: 'short', vector: 'x' as never },
  ]);
  expect(added).toBe(1);
  expect(failed.map(({ reason }) => reason.message)).toEqual([
    expect.stringMatching(/^items\[1\]\.metadata\.size/),
    expect.stringMatching(/^items\[2\]\.id/),
    expect.stringMatching(/^items\[3\]\.metadata\.a\.b/),
    expect.stringMatching(/^items\[4\]\.vector/),
  ]);
  expect(await index.list()).toMatchObject([{ id: 'proxy', metadata: { tags: ['a'] } }]);
});

const manyItems = Array.from({ length: 300 }, (_, i) => ({ id: `${i}`, vector: axis(i % 4, i / 1000) }));

test('close() waits for additions; reads made before see all of them, later calls are refused', async () => {
  const { openIndex } = setUp();
  const index = await openIndex('notes', own);
  const adding = index.add(manyItems);
  await index.close();
  expect(await adding).toMatchObject({ added: 300 });
  await expect(index.count()).rejects.toEqual(code('disposed', /closed/));
  await expect(index.search({ like: ['1'] })).rejects.toEqual(code('disposed'));
  expect(await (await openIndex('notes')).count()).toBe(300);
  await index.close(); // again
});

test.each([0, 1, 5, 20])(
  'an index that is deleted while items are added does not come back (%i turns later)',
  async (turns) => {
    const { openIndex, deleteIndex, listIndexes, store } = setUp();
    const index = await openIndex('notes', own);
    const adding = index.add(manyItems).catch((error) => error);
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setTimeout(resolve));
    await deleteIndex('notes');
    const outcome = await adding;
    if (outcome instanceof Error) expect(outcome).toEqual(code('disposed', /deleted/));
    expect(await listIndexes()).toEqual([]);
    expect(await store.keys('')).toEqual([]);
    expect(await index.count()).toBe(0);
    expect(await index.add(items)).toMatchObject({ added: 3 }); // a new call makes it anew
  },
);

test('all indexes share one worker, which ends with the last; a worker that died is replaced', async () => {
  const { openIndex, listIndexes } = setUp();
  const [one, two] = [await openIndex('one', own), await openIndex('two', own)];
  await one.add(items);
  expect(await listIndexes()).toHaveLength(2);
  expect(workers).toHaveLength(1);
  await one.close();
  expect(workers[0]?.terminated).toBe(false);
  workers[0]?.crash('boom');
  expect(await two.count()).toBe(0);
  await two.close();
  expect(workers.map(({ terminated }) => terminated)).toEqual([true, true]);
  const again = await openIndex('one');
  expect(await again.count()).toBe(3);
  await again.close();
  expect(workers.map(({ terminated }) => terminated)).toEqual([true, true, true]);
});

test('an index that cannot be opened leaves no worker behind', async () => {
  const { openIndex } = setUp();
  await expect(openIndex('new', { space: 'b' })).rejects.toEqual(code('invalid-input'));
  expect(workers.map(({ terminated }) => terminated)).toEqual([true]);
});

test('a search iterates over its stages and is a promise of the last one', async () => {
  const index = await setUp().openIndex('notes', own);
  await index.add(items);
  const run = index.search({ like: ['bees'] });
  const stages = [];
  for await (const stage of run) stages.push(stage);
  expect(stages).toHaveLength(1);
  expect(await run).toBe(stages[0]);
  expect(await run.next()).toEqual({ done: true, value: undefined });
  const left = index.search({ like: ['bees'] });
  for await (const _ of left) break;
  await expect(left).rejects.toMatchObject({ code: 'aborted', cause: { message: 'The search was left.' } });
  const signal = AbortSignal.abort('enough');
  await expect(index.search({ like: ['bees'] }, { signal })).rejects.toMatchObject({
    code: 'aborted',
    cause: 'enough',
  });
  await expect(index.search({ like: ['nobody'] }).catch((error) => error.message)).resolves.toContain(
    "no item 'nobody'",
  );
});

test('await using closes', async () => {
  const { openIndex } = setUp();
  const index = await openIndex('notes', own);
  await index[Symbol.asyncDispose]();
  await expect(index.count()).rejects.toEqual(code('disposed'));
  expect(workers.map(({ terminated }) => terminated)).toEqual([true]);
});

test('a browser whose language is no language tag, as under the POSIX locale, searches all the same', async () => {
  const { openIndex } = setUp();
  const index = await openIndex('notes', own);
  await index.add(items);
  vi.stubGlobal('navigator', { language: 'C' });
  expect(await idsOf(index.search({ text: 'baked honey' }))).toEqual(['bees', 'bread']);
  const refused = code('invalid-input', /options\.locale: must be a language tag/);
  await expect(index.search({ text: 'a' }, { locale: 'C' })).rejects.toEqual(refused);
});
