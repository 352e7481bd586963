import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { ModelFolder } from '../models/folder.ts';
import { openTokenizer, type TextTokenizer } from '../text/tokenizer.ts';
import { buildPrompt } from './prompt.ts';

let tokenizer: TextTokenizer;
beforeAll(async () => {
  const read = (name: string) => readFileSync(`e2e/fixtures/models/tiny-llama/${name}`, 'utf8');
  tokenizer = await openTokenizer({
    descriptor: { id: 'tiny-llama' } as ModelFolder['descriptor'],
    json: async (name) => JSON.parse(read(name)),
    text: async () => null,
    async *chunks() {},
  });
});

const prompt = { system: 'Answer.', user: '{context}\n\n{text}' };

function promptOf(context: readonly string[], text: string, maxTokens: number) {
  const request = {
    chat: true,
    prompt,
    text,
    instruction: '',
    context,
    images: [],
    imageToken: '',
    maxTokens,
  };
  const { ids, truncated } = buildPrompt(tokenizer, request);
  return { text: tokenizer.decode(ids), length: ids.length, truncated };
}

test('passages stand in a prompt in their order, before the question', () => {
  const { text, truncated } = promptOf(['one thing', 'other thing'], 'which thing', 1000);
  expect(text).toMatch(/one thing.*other thing.*which thing/s);
  expect(truncated).toBe(false);
});

test('passages are cut from the end before the question is', () => {
  const context = ['the sea', ...Array.from({ length: 30 }, (_, i) => `the moon ${i}`)];
  const whole = promptOf(['the sea'], 'what is the sea', 1000);
  const { text, length, truncated } = promptOf(context, 'what is the sea', whole.length + 20);
  expect(length).toBeLessThanOrEqual(whole.length + 20);
  expect(text).toMatch(/the sea.*the moon 0.*what is the sea/s);
  expect(text).not.toContain('the moon 29');
  expect(truncated).toBe(true);
  const tight = promptOf(context, 'what is the sea', whole.length);
  expect(tight.text).toContain('what is the sea');
  expect(tight.text).not.toContain('moon');
});

test('control tokens in a passage are words', () => {
  const escaped = tokenizer.escapeControlTokens('a <think> b');
  expect(escaped).not.toContain('<think>');
  expect(promptOf(['a <think> b'], 'q', 1000).text).toContain(escaped);
});
