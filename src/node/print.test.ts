/** Print in Node with the built-in model: pages, signs and small print of `e2e/fixtures/print` (drawn by training/pico/pages.py). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Embedder } from '../client/types.ts';
import type { Trace } from '../shared/types.ts';
import { createEmbedder } from './index.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tte-print-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

/** Milliseconds: a busy machine is slow, not wrong. */
const PATIENCE = 240_000;

const fixture = (name: string) => `e2e/fixtures/print/${name}.webp`;
const WORDS =
  'The harbour master keeps a notebook in which every ship is entered on the day it arrives. On the left page stands its name, the port it comes from and the depth of its keel; on the right page what it carries and who is to pay for the berth. In winter, when the ferries lie idle, the notebook is hardly touched, and a thin film of coal dust settles on the cover. A visitor who asks about a vessel of last spring is sent to the cupboard behind the stove, where forty older volumes stand in a row. Nobody has ever counted the ships, but the ink has changed twice: from black to blue after the flood, and back to black when the old supplier opened his shop again in the lower town. The harbour master says that a ship is only truly gone when its line is crossed out with the red pencil, which he lends to no one.';

/** Share of the words that are missing or wrong, in order. */
function wordErrors(read: string): number {
  const [want, got] = [WORDS, read].map((text) => text.toLowerCase().match(/[a-z0-9]+/g) ?? []);
  let row = Array.from({ length: (got?.length ?? 0) + 1 }, (_, i) => i);
  for (const [i, word] of (want ?? []).entries()) {
    const next = [i + 1];
    for (const [j, other] of (got ?? []).entries()) {
      next.push(
        Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (word === other ? 0 : 1)),
      );
    }
    row = next;
  }
  return (row.at(-1) ?? 0) / (want?.length ?? 1);
}

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

describe('the built-in model', { timeout: PATIENCE }, () => {
  let tte: Embedder;
  beforeAll(async () => {
    tte = await createEmbedder({ dataDir, cache: { vectors: 0 } });
  }, PATIENCE);
  afterAll(() => tte?.dispose());

  test('reads a slightly turned page in two columns, and embeds it as its words', async () => {
    const page = await tte.embed({ pages: [fixture('page')] });
    expect(page.thinkDecision).toMatchObject({
      mode: 'answer',
      reason: 'Pages: the words on them are read.',
    });
    expect(page.trace).toMatchObject({ source: 'print', tokens: 0 });
    expect(page.truncated).toBe(false);
    // Passed back as it is, what was read gives the same vector again.
    const again = await tte.embed({ pages: [fixture('page')], trace: page.trace as Trace });
    expect([...again.vector]).toEqual([...page.vector]);
    expect(wordErrors(page.trace?.answer ?? '')).toBeLessThan(0.02);
    const near = await tte.embed({ text: 'an old notebook in which ships are entered' });
    const far = await tte.embed({ text: 'a recipe for pancakes with maple syrup' });
    expect(cosine(page.vector, near.vector) - cosine(page.vector, far.vector)).toBeGreaterThan(0.3);
  });

  test('a page given as an image is read, too, and found out by auto', async () => {
    const { thinkDecision, trace } = await tte.embed({ image: fixture('page') });
    expect(thinkDecision).toMatchObject({
      mode: 'answer',
      reason: 'There are words in the image: they are read.',
    });
    expect(trace?.source).toBe('print');
    expect(trace?.print?.every(({ image, box }) => image === 0 && box.width > box.height)).toBe(true);
  });

  test('small print on a large scan is looked at closely', async () => {
    const trace = await tte.think({ pages: [fixture('small-print')] }, { think: 'answer' });
    expect(wordErrors(trace?.answer ?? '')).toBeLessThan(0.05);
  });

  test('a sign is told beside what is seen, with its place', async () => {
    const trace = await tte.think({ image: fixture('sign') }, { think: 'answer' });
    expect(trace?.source).toBe('reasoner');
    expect(trace?.answer).toMatch(/says : bicycle repair open daily$/);
    const [first, second] = trace?.print ?? [];
    expect([first?.text, second?.text]).toEqual(['Bicycle repair', 'open daily']);
    // Drawn at 120, 105 and 120, 152.
    expect(Math.abs((first?.box.x ?? 0) - 117)).toBeLessThan(4);
    expect(Math.abs((second?.box.y ?? 0) - 152)).toBeLessThan(4);
  });

  test('what is written is read where it is asked for, and is the answer', async () => {
    for (const text of ['What is written here?', 'what does the sign say ?', 'Read the text.']) {
      const { thinkDecision, trace } = await tte.embed({ image: fixture('sign'), text });
      expect(thinkDecision.mode).not.toBe('never');
      expect(trace).toMatchObject({ answer: 'Bicycle repair open daily', source: 'print' });
    }
    const page = { image: 'public/samples/page-receipt.webp', instruction: 'What is printed on it?' };
    expect((await tte.think(page, { think: 'answer' }))?.answer).toMatch(
      /^CAFE LINDEN .* TOTAL .* come again!$/,
    );
    const bare = await tte.think(
      { image: 'public/samples/bear.webp', text: 'What is written here?' },
      { think: 'answer' },
    );
    expect(bare).toMatchObject({ source: 'reasoner', stop: 'end' });
  });

  test('nothing is read without thinking, where something else is asked, and where nothing is written', async () => {
    const never = await tte.embed({ image: fixture('sign') }, { think: 'never' });
    expect(never.trace).toBeNull();
    const asked = await tte.think(
      { image: fixture('sign'), text: 'What is in the top left?' },
      { think: 'answer' },
    );
    expect(asked?.print).toBeUndefined();
    const drawing = await tte.think({ image: 'public/samples/bear.webp' }, { think: 'answer' });
    expect(drawing?.print).toBeUndefined();
  });
});
