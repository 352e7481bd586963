/** Long texts have a vector for each passage: through the host, with an embedder that counts the words it reads. */
import { expect, test } from 'vitest';
import type { IndexRef, WireItem, WireQuery, WireSearchOptions } from '../../src/shared/index-protocol.ts';
import type { SearchHit, SearchResult, SpaceManifest } from '../../src/shared/index-types.ts';
import { normalize } from '../embedder/vector.ts';
import type { Engine } from '../pipeline/engine.ts';
import { createRequests } from '../pipeline/requests.ts';
import { memoryStore, type Store } from '../storage/database.ts';
import { lock, noFetcher, openChannel, openText, space } from '../testing/collections.ts';
import { estimateTokens } from '../text/passages.ts';
import { createExchangeHost } from './exchange-host.ts';
import { createIndexHost } from './host.ts';
import { createIndexes } from './indexes.ts';
import { packRows } from './rows.ts';
import { createSearchPriority } from './search-priority.ts';

const MAX_TOKENS = 40;
const DIMENSIONS = 64;
const ref: IndexRef = { name: 'notes', space: null, dimensions: null, think: null, thumbnails: 0 };

/** Counts words, of as many as it reads. */
function vectorOf(text: string) {
  const vector = new Float32Array(DIMENSIONS);
  for (const word of text.toLowerCase().match(/\w+/g)?.slice(0, MAX_TOKENS) ?? []) {
    const at = [...word].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % DIMENSIONS, 7);
    vector[at] = (vector[at] as number) + 1;
  }
  return normalize(vector);
}

function engineOf(embedded: string[], name = 'a', countTokens = estimateTokens) {
  const manifest: SpaceManifest = { ...space(name), dimensions: DIMENSIONS };
  const engine: Partial<Engine> = {
    maxTokens: MAX_TOKENS,
    mayKnowAnswers: false,
    manifest: async () => manifest,
    decide: async () => ({ mode: 'never', reason: '' }),
    mayReadWhole: async ({ text }) => countTokens(text) <= MAX_TOKENS,
    async embedMany(inputs, _options, { signal }, onDone) {
      for (const [i, { text }] of inputs.entries()) {
        signal.throwIfAborted();
        embedded.push(text);
        const value = { vector: vectorOf(text), trace: null, truncated: countTokens(text) > MAX_TOKENS };
        onDone(i, { value: value as Parameters<typeof onDone>[1] extends { value: infer V } ? V : never });
      }
    },
  };
  return engine as Engine;
}

function hostOf(store: Store, engine: Engine | null) {
  const platform = { acquire: lock(), fetcher: noFetcher };
  const parts = {
    indexes: createIndexes(store, { acquire: lock(), openChannel }),
    requests: createRequests(),
    searchPriority: createSearchPriority(),
    engine: () => engine,
    openInput: openText,
    store,
    platform,
  };
  const host = { ...createIndexHost(parts), ...createExchangeHost(parts) };
  return {
    ...host,
    async add(items: readonly WireItem[]) {
      const { incarnation } = await host.indexOpen(ref);
      return host.indexAdd(1, ref, incarnation as string, items, 'add', null);
    },
    async find(text: string, options: Partial<WireSearchOptions> = {}, query: Partial<WireQuery> = {}) {
      let last: SearchResult | undefined;
      const input = { images: [], layout: 'none' as const, text, instruction: '' };
      await host.indexSearch(
        2,
        ref,
        { input, vector: null, like: [], unlike: [], understood: null, ...query },
        {
          topK: 5,
          think: 'never',
          hybrid: false,
          answer: false,
          understand: false,
          locale: 'en',
          ...options,
        },
        (result) => {
          last = result;
        },
        null,
      );
      return (last as SearchResult).hits as SearchHit[];
    },
  };
}

const item = (id: string, text: string, metadata = {}): WireItem => ({
  ...{ id, name: id, metadata, vector: null },
  input: { images: [], layout: 'none', text, instruction: '' },
});

const filler = (n: number) =>
  Array.from({ length: n }, (_, i) => `Line ${i} of report ${i % 7} tells little.`).join(' ');
const long = `# Report\n${filler(20)}\n\n## Garden\n${filler(6)} Zebras like purple cucumbers most.\n`;
const items = [
  item('long', long, { kind: 'report' }),
  item('other', `${filler(30)} Nothing else.`, { kind: 'report' }),
  item('short', 'Cucumbers grow in summer.', { kind: 'note' }),
];

async function filled(store = memoryStore()) {
  const embedded: string[] = [];
  const host = hostOf(store, engineOf(embedded));
  await host.add(items);
  return { host, store, embedded };
}

const idsOf = (hits: readonly SearchHit[]) => hits.map(({ id }) => id);

test('a text is found by what stands at its end; the hit says where, and the item counts once', async () => {
  const { host } = await filled();
  const hits = await host.find('zebras like purple cucumbers');
  expect(hits[0]?.id).toBe('long');
  expect(idsOf(hits).sort()).toEqual(['long', 'other', 'short']);
  const { passage, text } = hits[0] as SearchHit;
  expect(passage).toMatchObject({
    heading: 'Garden',
    text: expect.stringMatching(/purple cucumbers most\.$/),
  });
  expect(text.slice(passage?.start, passage?.end)).toBe(passage?.text);
  expect(passage?.start).toBeGreaterThan(400);
  expect(estimateTokens(passage?.text ?? '')).toBeLessThanOrEqual(MAX_TOKENS);
  expect(hits[0]?.scores.vector).toBeCloseTo(hits[0]?.score as number, 6);
  expect(hits.find(({ id }) => id === 'short')?.passage).toBeNull();
  expect(hits.find(({ id }) => id === 'other')?.passage).toMatchObject({ heading: null });
});

test('few hits are wanted: each is another item, though one has all the best passages', async () => {
  const { host } = await filled();
  expect(idsOf(await host.find('line of report tells little', { topK: 2 }))).toHaveLength(2);
  expect(idsOf(await host.find('line of report tells little', { topK: 3 })).sort()).toEqual([
    'long',
    'other',
    'short',
  ]);
});

test('filters, removals and changed metadata hold for passages', async () => {
  const { host } = await filled();
  const query = 'zebras like purple cucumbers';
  expect(idsOf(await host.find(query, { where: { kind: 'note' } }))).toEqual(['short']);
  await host.indexUpdate(ref, 'long', { kind: 'seen' });
  expect((await host.find(query, { where: { kind: 'seen' } }))[0]?.passage?.heading).toBe('Garden');
  expect((await host.find(query))[0]?.passage?.heading).toBe('Garden');
  await host.indexDelete(ref, ['long']);
  expect(idsOf(await host.find(query)).sort()).toEqual(['other', 'short']);
});

test('words show the passage that has them, with and without a model', async () => {
  const { host, store } = await filled();
  for (const each of [host, hostOf(store, null)]) {
    const [hit] = await each.find('purple', { hybrid: true });
    expect(hit).toMatchObject({ id: 'long', terms: ['purple'] });
    expect(hit?.passage?.text).toContain('purple');
  }
});

test('an example is compared with passages, too', async () => {
  const { host } = await filled();
  await host.add([item('example', 'Zebras like purple cucumbers.')]);
  const hits = await host.find('', {}, { input: null, like: ['example'] });
  expect(hits[0]).toMatchObject({ id: 'long', passage: { heading: 'Garden' } });
});

test('passages stay through a compaction, and for who opens the index later', async () => {
  const { host, store } = await filled();
  await host.add([item('more', 'Something else.')]);
  const before = await host.find('zebras like purple cucumbers');
  const other = hostOf(store, engineOf([]));
  expect(await other.find('zebras like purple cucumbers')).toEqual(before);
  await host.indexCompact(ref);
  const keys = await store.keys('index/');
  expect(keys.filter((key) => key.endsWith('/passages'))).toHaveLength(1);
  expect(keys.filter((key) => key.endsWith('/rows'))).toHaveLength(1);
  for (const each of [host, other, hostOf(store, engineOf([]))]) {
    expect(await each.find('zebras like purple cucumbers')).toEqual(before);
  }
});

test('texts that the model reads whole are stored as before: one vector, embedded once, no other record', async () => {
  const store = memoryStore();
  const embedded: string[] = [];
  const texts = ['Cucumbers grow in summer.', 'Bees make honey.'];
  await hostOf(store, engineOf(embedded)).add(texts.map((text, i) => item(`${i}`, text)));
  expect(embedded).toEqual(texts);
  const entries = await store.entries('index/');
  const kinds = entries.map(([key]) => key.split('/').slice(3, 4).join()).sort();
  expect(kinds).toEqual([
    'fields',
    'fields',
    'keys',
    'keys',
    'page',
    'page',
    'rows',
    'rows',
    'words',
    'words',
  ]);
  const rows = entries.filter(([key]) => key.endsWith('/rows')).map(([, value]) => value);
  expect(rows).toEqual(texts.map((text) => packRows([vectorOf(text)], DIMENSIONS)));
  const [[, manifest]] = (await store.entries('manifest/')) as [[string, { segments: object[] }]];
  for (const segment of manifest.segments)
    expect(Object.keys(segment).sort()).toEqual(['bytes', 'number', 'removes', 'rows']);
});

/** As earlier versions left it: without the records of passages, and without a word of them. */
async function asEarlier(store: Store): Promise<void> {
  await store.remove((await store.keys('index/')).filter((key) => key.endsWith('/passages')));
  const [[key, manifest]] = (await store.entries('manifest/')) as [[string, { segments: object[] }]];
  const segments = manifest.segments.map((segment) =>
    Object.fromEntries(Object.entries(segment).filter(([name]) => name !== 'hasPassages')),
  );
  await store.set([[key, { ...manifest, segments }]]);
}

test('an index of an earlier version opens, is searched as before, and takes passages in', async () => {
  const { store } = await filled();
  await asEarlier(store);
  const host = hostOf(store, engineOf([]));
  const query = 'zebras like purple cucumbers';
  const hits = await host.find(query);
  expect(hits).toHaveLength(3);
  for (const { passage } of hits) expect(passage).toBeNull();
  expect(hits[0]?.id).not.toBe('long');
  await host.add([item('new', `${filler(12)} Zebras like purple cucumbers.`)]);
  await host.indexCompact(ref);
  expect((await host.find(query))[0]).toMatchObject({ id: 'new', passage: { heading: null } });
  await host.indexDelete(ref, ['long', 'new']);
  await host.add(items.slice(0, 1));
  expect((await host.find(query))[0]).toMatchObject({ id: 'long', passage: { heading: 'Garden' } });
});

test('files have no passages: those of long texts are made when they are imported', async () => {
  const { host } = await filled();
  const query = 'zebras like purple cucumbers';
  const [file] = await host.indexExport(3, ref, 'jsonl');
  const copy = { store: memoryStore(), embedded: [] as string[] };
  const other = hostOf(copy.store, engineOf(copy.embedded));
  const { incarnation } = await other.indexOpen(ref);
  await other.indexImport(4, ref, incarnation, [file as File], false, null);
  expect(copy.embedded).not.toContain(items[2]?.input.text);
  expect(copy.embedded).not.toContain(long);
  expect((await other.find(query))[0]).toEqual((await host.find(query))[0]);
  const detached = hostOf(memoryStore(), null);
  await detached.indexImport(5, ref, null, [file as File], false, null);
  const [hit] = await detached.find(query, { hybrid: true });
  expect(hit).toMatchObject({ id: 'long', passage: null });
});

test('embedded anew, a text has new passages', async () => {
  const { store } = await filled();
  const host = hostOf(store, engineOf([], 'b'));
  await host.indexReembed(6, ref, null);
  expect((await host.find('zebras like purple cucumbers'))[0]?.passage?.heading).toBe('Garden');
});

const twice = (text: string) => 2 * estimateTokens(text);

test.each([true, false])(
  'where tokens were estimated too low, passages are made smaller until the model reads them whole; the tokenizer tells: %s',
  async (tells) => {
    const embedded: string[] = [];
    const engine = engineOf(embedded, 'a', twice);
    const host = hostOf(memoryStore(), tells ? engine : { ...engine, mayReadWhole: async () => true });
    await host.add(items);
    const [hit] = await host.find('zebras like purple cucumbers');
    expect(hit?.id).toBe('long');
    expect(twice(hit?.passage?.text ?? '')).toBeLessThanOrEqual(MAX_TOKENS);
    const texts = items.map(({ input }) => input.text);
    const inVain = embedded.filter((text) => twice(text) > MAX_TOKENS && !texts.includes(text));
    expect(inVain.length > 0).toBe(!tells);
  },
);

test('a passage that fails fails its item alone', async () => {
  const embedded: string[] = [];
  const engine = engineOf(embedded);
  const failing: Engine = {
    ...engine,
    embedMany: (inputs, options, call, onDone) =>
      engine.embedMany(inputs, options, call, (i, outcome) =>
        onDone(i, inputs[i]?.text.startsWith('Garden\n') ? { error: new Error('device lost') } : outcome),
      ),
  };
  const host = hostOf(memoryStore(), failing);
  const report = await host.add(items);
  expect(report).toMatchObject({ added: 2, failed: [{ id: 'long', reason: { message: 'device lost' } }] });
  expect(await host.indexCount(ref, undefined)).toBe(2);
});

test('a segment whose passages cannot be read is reported, and read again for the next search', async () => {
  const { store } = await filled();
  let isBroken = true;
  const faulty: Store = {
    ...store,
    get: async (key) => {
      if (isBroken && key.endsWith('/passages')) throw new Error('disk');
      return store.get(key);
    },
  };
  const host = hostOf(faulty, engineOf([]));
  await expect(host.find('zebras like purple cucumbers')).rejects.toThrow('disk');
  isBroken = false;
  expect((await host.find('zebras like purple cucumbers'))[0]?.id).toBe('long');
});
