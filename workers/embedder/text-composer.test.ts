import { expect, test } from 'vitest';
import { createTextComposer } from './text-composer.ts';
import type { TextTower } from './text-tower.ts';
import type { Encoded, EncodeItem } from './types.ts';
import { normalize } from './vector.ts';

/** Encodes texts in the given batches; a text's vector depends on its length. */
function tower(batchSize: number, read: string[] = []): TextTower {
  const encode = (text: string): Encoded => {
    read.push(text);
    return { vector: normalize(Float32Array.of(text.length, 1)), tokens: text.length, truncated: false };
  };
  return {
    recipe: {},
    async *encode(texts) {
      for (let at = 0; at < texts.length; at += batchSize) {
        yield texts.slice(at, at + batchSize).map((text, i) => ({ index: at + i, encoded: encode(text) }));
      }
    },
    asWords: (text) => text.replaceAll('[SEP]', '[ SEP]'),
    fits: () => true,
    release: async () => {},
  };
}

const item = (text: string, answer?: string, instruction = ''): EncodeItem => ({
  images: [],
  text,
  instruction,
  trace: answer === undefined ? null : { text: answer, thinking: '', answer },
  role: 'query',
});

const plain = '[[{instruction} ]]{text}';
const withTrace = '{text}[[ {trace}]]';

async function told(batchSize: number, template: string, items: EncodeItem[], read?: string[]) {
  const composer = createTextComposer(tower(batchSize, read), { query: template, document: template }, 0.4);
  const results: { index: number; encoded: Encoded }[] = [];
  for await (const batch of composer.encode(items, new AbortController().signal)) results.push(...batch);
  return results;
}

test.each([1, 2, 3, 4, 100])('each item is told once, read %i texts at a time', async (batchSize) => {
  const items = [
    item('one', 'trace of one'),
    item('two'),
    item('three', 'trace of three'),
    item('four', 'x'),
  ];
  const results = await told(batchSize, plain, items);
  expect(results.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3]);
  const apart = await told(1, plain, items);
  const sorted = (list: typeof results) => [...list].sort((a, b) => a.index - b.index);
  expect(sorted(results)).toEqual(sorted(apart));
});

test.each([plain, withTrace])(
  'special tokens in text, instruction and trace are words: %s',
  async (template) => {
    const read: string[] = [];
    await told(10, template, [item('a [SEP] b', 'c [SEP] d', 'e [SEP] f')], read);
    expect(read.join('\n')).toContain('a [ SEP] b');
    expect(read.join('\n')).toContain('c [ SEP] d');
    expect(read.join('\n')).not.toContain('[SEP]');
  },
);

test('tokenizing many long texts yields to other tasks', async () => {
  const slow: TextTower = {
    ...tower(100),
    asWords(text) {
      const end = performance.now() + 3;
      while (performance.now() < end);
      return text;
    },
  };
  const composer = createTextComposer(slow, { query: plain, document: plain }, 0.4);
  let empty = 0;
  let found = 0;
  const items = Array.from({ length: 20 }, (_, i) => item(`text ${i}`));
  for await (const batch of composer.encode(items, new AbortController().signal)) {
    if (batch.length === 0) empty++;
    found += batch.length;
  }
  expect(found).toBe(20);
  expect(empty).toBeGreaterThan(5);
});
