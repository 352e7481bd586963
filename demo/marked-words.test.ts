import { expect, test } from 'vitest';
import { markedParts } from './marked-words.ts';

const marked = (text: string, terms: readonly string[]) =>
  markedParts(text, terms)
    .map(({ text, isMarked }) => (isMarked ? `[${text}]` : text))
    .join('');

test.each([
  ['Bees make honey, honeycombs too.', ['honey'], 'Bees make [honey], [honeycombs] too.'],
  ['The Café at sea; seal', ['cafe', 'sea'], 'The [Café] at [sea]; seal'],
  ['nothing here', [], 'nothing here'],
  ['', ['a'], ''],
])('%j', (text, terms, expected) => {
  expect(marked(text, terms)).toBe(expected);
});
