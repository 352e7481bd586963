/** Long texts cost what fits of them costs, and give the same tokens as when they are read whole. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ModelFolder } from '../models/folder.ts';
import { openTokenizer } from './tokenizer.ts';

const FOLDERS = [
  'public/models/pico',
  ...['bert-mean', 'llama', 'clip', 'embeddinggemma2'].map((name) => `e2e/fixtures/models/tiny-${name}`),
];

function folderOf(path: string): ModelFolder {
  const read = (name: string) => {
    try {
      return readFileSync(`${path}/${name}`, 'utf8');
    } catch {
      return null;
    }
  };
  return {
    descriptor: { id: path, text: { maxTokens: 256 } } as ModelFolder['descriptor'],
    json: async (name) => JSON.parse(read(name) ?? 'null'),
    text: async (name) => read(name),
    async *chunks() {},
  };
}

/** Numbers that look random and are the same in every run. */
function noise(count: number): number[] {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state;
  });
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const base64 = (length: number) =>
  noise(length)
    .map((n) => ALPHABET[(n >> 8) % 64])
    .join('');
const prose = (words: number) =>
  noise(words)
    .map(
      (n) =>
        ['the', 'mailbox', 'was', 'closed,', 'and', 'a', 'german', 'short-haired', 'pointer', 'ran.\n'][
          (n >> 8) % 10
        ],
    )
    .join(' ');

const TEXTS: Record<string, string> = {
  prose: prose(1500),
  base64: base64(4000),
  'base64 in Markdown': `# A picture\n\n![one](data:image/png;base64,${base64(4000)})\n\n${prose(300)}`,
  'one long word': 'a'.repeat(4000),
  'long words': noise(80)
    .map((n) => 'x'.repeat(60 + ((n >> 8) % 90)))
    .join(' '),
  'a long word at the border': `${'word '.repeat(245)}${'y'.repeat(170)} ${'word '.repeat(500)}`,
  spaces: `${' '.repeat(3000)}then ${'  words'.repeat(800)}`,
  digits: '1234567890'.repeat(300),
  lines: 'a\n\n\tb\r\n'.repeat(500),
  Chinese: '深度学习模型在网页里运行。'.repeat(200),
  emoji: '🦊👩‍👩‍👧 é́'.repeat(300),
  marks: '#-*/'.repeat(1200),
  short: 'a few words',
};

describe.each(FOLDERS)('%s', (path) => {
  const opening = openTokenizer(folderOf(path));
  test.each(Object.keys(TEXTS))('%s: what fits has the same tokens', async (name) => {
    const tokenizer = await opening;
    const text = TEXTS[name] as string;
    const whole = tokenizer.encode(text, { specials: false }).ids;
    for (const maxTokens of [1, 77, 256]) {
      const { ids, truncated } = tokenizer.encode(text, { specials: false, maxTokens });
      expect(ids).toEqual(whole.slice(0, maxTokens));
      expect(truncated).toBe(whole.length > maxTokens);
      const beginning = tokenizer.beginning(text, maxTokens);
      expect(text.startsWith(beginning)).toBe(true);
      const again = tokenizer.encode(beginning, { specials: false }).ids;
      expect(again.slice(0, maxTokens)).toEqual(whole.slice(0, maxTokens));
      expect(again.length > maxTokens).toBe(whole.length > maxTokens);
    }
  });
});

test.each(['public/models/pico', 'e2e/fixtures/models/tiny-llama'])(
  'a megabyte of base64 is not tokenised to its end: %s',
  async (path) => {
    const tokenizer = await openTokenizer(folderOf(path));
    tokenizer.encode(base64(4000), { maxTokens: 512 }); // engines compile what runs
    const long = base64(1_000_000);
    const began = performance.now();
    tokenizer.encode(long, { maxTokens: 512 });
    tokenizer.escapeControlTokens(tokenizer.beginning(long, 512));
    expect(performance.now() - began).toBeLessThan(1500); // all of it: two to ten seconds on an idle machine
  },
);
