/** A custom embedder, through the whole package in Node; to the caller it behaves like a model. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { cosine } from '../../workers/embedder/vector.ts';
import type { CustomEmbedder, DecodedImage, Embedder, ReasonerFunction } from '../client/types.ts';
import { TteError } from '../shared/errors.ts';
import { createEmbedder, type NodeEmbedderOptions } from './index.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tte-custom-'));
afterAll(() => rmSync(dataDir, { recursive: true }));
const open: Embedder[] = [];
afterEach(async () => {
  for (const embedder of open.splice(0)) await embedder.dispose();
});

/** Counts of each letter, so that similar texts have similar vectors. */
const letters = (text: string) =>
  Array.from(
    { length: 26 },
    (_, i) => 0.01 + [...text.toLowerCase()].filter((c) => c === 'abcdefghijklmnopqrstuvwxyz'[i]).length,
  );

let made = 0;
/** Has a new id, so that nothing of it is in a cache. */
function custom(different: Partial<CustomEmbedder> = {}): CustomEmbedder {
  return {
    id: `letters-${++made}`,
    leavesThePage: false,
    embedTexts: vi.fn(async (texts: readonly string[]) => texts.map(letters)),
    ...different,
  };
}

async function using(
  embedder: CustomEmbedder,
  reasoner: ReasonerFunction | null = null,
  options: NodeEmbedderOptions = {},
): Promise<Embedder> {
  const tte = await createEmbedder({ dataDir, model: { embedder, reasoner }, ...options });
  open.push(tte);
  return tte;
}

const code = (expected: string, message = /./) =>
  expect.objectContaining({ code: expected, message: expect.stringMatching(message) });

test('is loaded like a model, and reports whether inputs leave the page', async () => {
  const tte = await using(custom({ id: 'server/letters', leavesThePage: true }));
  expect(tte.info).toMatchObject({
    system: 'direct',
    embedder: { id: 'server/letters', revision: 'custom', license: 'unknown', bytes: 0 },
    leavesThePage: true,
    dimensions: [26],
    maxTokens: Number.POSITIVE_INFINITY,
    supportsImages: false,
    thinkModes: ['never', 'auto'],
  });
  expect((await using(custom())).info.leavesThePage).toBe(false);
  const server: ReasonerFunction = Object.assign(async () => 'x', { leavesThePage: true });
  expect((await using(custom(), server)).info.leavesThePage).toBe(true);
});

test('its vector length is determined once, or stated', async () => {
  const asked = custom();
  await using(asked);
  expect(asked.embedTexts).toHaveBeenCalledTimes(1);
  const told = custom({ dimensions: 26 });
  const tte = await using(told);
  expect(told.embedTexts).not.toHaveBeenCalled();
  expect(tte.info.dimensions).toEqual([26]);
});

test('vectors have unit length and are in order; calls have at most 64 texts and the role', async () => {
  const calls: [number, string][] = [];
  const embedder = custom({
    dimensions: 26,
    embedTexts: async (texts, { role }) => {
      calls.push([texts.length, role]);
      return texts.map(letters);
    },
  });
  const tte = await using(embedder);
  const texts = Array.from({ length: 150 }, (_, i) => `text ${'xyz'.repeat(i)} ${i}`);
  const found = await tte.embedMany(texts, { role: 'document' });
  for (const [i, { vector }] of found.entries()) {
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(cosine(vector, letters(texts[i] as string))).toBeGreaterThan(0.99999);
  }
  expect(calls).toEqual([
    [64, 'document'],
    [64, 'document'],
    [22, 'document'],
  ]);
});

test('its vectors are cached by its id only', async () => {
  const embedder = custom({ dimensions: 26 });
  const tte = await using(embedder);
  const first = await tte.embed('a red bicycle');
  expect(first.space).toContain(`${embedder.id}@custom/unknown/26/auto#`);
  await tte.dispose();
  const again = await (await using(embedder)).embed('a red bicycle');
  expect(again).toMatchObject({ cached: 'vector', vector: first.vector, space: first.space });
  expect(embedder.embedTexts).toHaveBeenCalledTimes(1);
  expect((await (await using(custom())).embed('a red bicycle')).cached).toBe(false);
});

test('an index with it: added to, searched, refused to another embedder, re-embedded', async () => {
  const embedder = custom({ dimensions: 26 });
  const index = await (await using(embedder)).openIndex('letters');
  await index.add([
    { id: 'bees', text: 'bees buzz' },
    { id: 'ships', text: 'a ship at sea' },
  ]);
  expect((await index.search({ text: 'buzzing bees' })).hits[0]?.id).toBe('bees');
  const other = await using(custom());
  await expect(other.openIndex('letters')).rejects.toEqual(code('space-mismatch', /letters-/));
  const anew = await other.openIndex('letters', { onSpaceMismatch: 'reembed' });
  expect(anew.manifest?.embedder?.id).toBe(other.info.embedder.id);
  expect((await anew.search({ text: 'ships' })).hits[0]?.id).toBe('ships');
});

test('a trace is embedded and mixed in; an instruction is prepended', async () => {
  const seen: string[] = [];
  const embedder = custom({
    dimensions: 26,
    embedTexts: async (texts) => {
      seen.push(...texts);
      return texts.map(letters);
    },
  });
  const tte = await using(
    embedder,
    Object.assign(async () => 'zzz', { id: 'r' }),
  );
  const { vector, trace } = await tte.embed({ text: 'aaa', instruction: 'Find it.' }, { think: 'answer' });
  expect(trace).toMatchObject({ text: 'zzz', source: 'external' });
  expect(seen).toEqual(['Find it. aaa', 'zzz']);
  expect(vector[25]).toBeGreaterThan(0.3);
});

test('receives decoded images; with a text they are fused as in a dual encoder', async () => {
  const given: DecodedImage[] = [];
  const embedder = custom({
    embedImage: async (image) => {
      given.push(image);
      return letters('zzz');
    },
  });
  const tte = await using(embedder);
  expect(tte.info.supportsImages).toBe(true);
  const image = new Uint8Array(readFileSync('e2e/fixtures/images/badge.png'));
  const { vector } = await tte.embed({ image });
  expect(cosine(vector, letters('zzz'))).toBeGreaterThan(0.99999);
  const [{ width, height, data }] = given as [DecodedImage];
  expect(data.length).toBe(width * height * 4);
  expect(data.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 255)).toBe(true); // laid on white
  const both = await tte.embed({ image, text: 'aaa' });
  expect(both.vector[0]).toBeGreaterThan(both.vector[25] as number);
  expect(both.vector[25]).toBeGreaterThan(0.1);
});

test('one that supports only images refuses texts', async () => {
  const { id, leavesThePage } = custom();
  const tte = await using({ id, leavesThePage, embedImage: async () => [1, 2] });
  expect(tte.info.dimensions).toEqual([2]);
  const image = new Uint8Array(readFileSync('e2e/fixtures/images/badge.png'));
  expect(await tte.embed({ image })).toMatchObject({ cached: false });
  await expect(tte.embed('a text')).rejects.toEqual(code('unsupported', /supports only images/));
  await expect(tte.embed({ image, text: 'a text' })).rejects.toEqual(
    code('unsupported', /leave the text out/),
  );
  await expect((await using(custom())).embed({ image })).rejects.toEqual(code('unsupported', /input\.image/));
});

test('its errors become embedder-failed with the cause; a TteError stays as it is', async () => {
  const failing = (error: unknown) => custom({ dimensions: 26, embedTexts: () => Promise.reject(error) });
  const tte = await using(failing(new RangeError('no more')));
  const error = await tte.embed('a').catch((e) => e);
  expect(error).toEqual(code('embedder-failed', /letters-\d+.*no more/));
  expect(error.cause).toMatchObject({ name: 'RangeError', message: 'no more' });
  const own = await using(failing(new TteError('quota', 'spent')));
  await expect(own.embed('a')).rejects.toEqual(code('quota', /spent/));
  await expect(
    createEmbedder({ dataDir, model: { embedder: { ...failing('off'), dimensions: undefined } as never } }),
  ).rejects.toEqual(code('embedder-failed', /off/));
});

test.each<[string, unknown, RegExp]>([
  ['no list', 'vectors', /one vector for each of 1 texts; it gave string/],
  ['nothing', undefined, /gave undefined/],
  ['too few', [], /it gave 0/],
  ['too many', [letters('a'), letters('a')], /it gave 2/],
  ['another length', [[1, 2]], /length 2 instead of 26/],
  ['not a number', [letters('a').fill(Number.NaN)], /finite/],
  ['all zeros', [letters('a').fill(0)], /not all 0/],
  ['no vector', ['text'], /string where a vector must be/],
])('%s for vectors is embedder-failed', async (_, given, message) => {
  const tte = await using(custom({ dimensions: 26, embedTexts: async () => given as never }));
  await expect(tte.embed('a')).rejects.toEqual(code('embedder-failed', message));
});

test('one bad text of many does not affect the others', async () => {
  const embedTexts = async (texts: readonly string[]) => {
    if (texts.includes('bad')) throw new Error('a bad text');
    return texts.map(letters);
  };
  const tte = await using(custom({ embedTexts }));
  const results = await tte.embedMany(['a', 'bad', 'c'], { onError: 'collect' });
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((results[1] as PromiseRejectedResult).reason).toEqual(code('embedder-failed', /^items\[1\]/));
});

test('aborting reaches it, also while loading, and does not block the next call', async () => {
  const signals: AbortSignal[] = [];
  const hanging = custom({
    embedTexts: (texts, { signal }) => {
      signals.push(signal);
      return texts[0] === 'fine' ? Promise.resolve(texts.map(letters)) : new Promise(() => {});
    },
  });
  const loading = new AbortController();
  const load = createEmbedder({ dataDir, model: { embedder: hanging }, signal: loading.signal });
  await vi.waitFor(() => expect(signals).toHaveLength(1));
  loading.abort('too long');
  await expect(load).rejects.toMatchObject({ code: 'aborted', cause: 'too long' });
  expect(signals[0]?.reason).toBe('too long');

  const tte = await using({ ...hanging, dimensions: 26 });
  const controller = new AbortController();
  const call = tte.embed('hangs', { signal: controller.signal });
  await vi.waitFor(() => expect(signals).toHaveLength(2));
  controller.abort('enough');
  await expect(call).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
  expect(signals[1]?.reason).toBe('enough');
  expect((await tte.embed('fine')).vector).toHaveLength(26);

  const left = expect(tte.embed('hangs too')).rejects.toEqual(code('disposed'));
  await vi.waitFor(() => expect(signals).toHaveLength(4));
  await tte.dispose();
  await left;
  expect(signals[3]?.aborted).toBe(true);
});

test.each<[object, RegExp]>([
  [{ id: ' ' }, /embedder\.id/],
  [{ leavesThePage: undefined }, /embedder\.leavesThePage/],
  [{ dimensions: 1.5 }, /embedder\.dimensions/],
  [{ embedTexts: 'http://server' }, /embedder\.embedTexts/],
  [{ embedTexts: undefined }, /embedTexts, embedImage, or both/],
])('refuses %j and names the field', async (different, message) => {
  const embedder = { ...custom(), ...different } as CustomEmbedder;
  await expect(createEmbedder({ dataDir, model: { embedder } })).rejects.toEqual(
    code('invalid-input', message),
  );
});

test('works with a reasoner from a model folder', async () => {
  const reasoner = './e2e/fixtures/models/tiny-unified-causal';
  const tte = await createEmbedder({ dataDir, model: { embedder: custom(), reasoner } });
  open.push(tte);
  expect(tte.info).toMatchObject({
    system: 'separate',
    reasoner: { id: expect.stringContaining('tiny-unified-causal') },
  });
  const { usage } = await tte.embed('a cat', { think: 'answer' });
  expect(usage.traceTokens).toBeGreaterThan(0);
});

test('what it holds is freed with the last embedder that uses it, also after a failed load', async () => {
  const dispose = vi.fn();
  const embedder = custom({ dispose });
  const [first, second] = [await using(embedder), await using(embedder)];
  await first.dispose();
  await first.dispose();
  expect(dispose).not.toHaveBeenCalled();
  await second.dispose();
  expect(dispose).toHaveBeenCalledTimes(1);
  const broken = { ...embedder, embedTexts: () => Promise.reject(new Error('off')) };
  await expect(createEmbedder({ dataDir, model: { embedder: broken } })).rejects.toEqual(
    code('embedder-failed'),
  );
  expect(dispose).toHaveBeenCalledTimes(2);
});
