import { expect, test } from 'vitest';
import { segments } from './segments.ts';

const TEXTS = {
  'one sentence without an end': 'many words of bees and hives, '.repeat(500),
  'lower case after full stops': 'many words of bees and hives. '.repeat(500),
  sentences: 'Many words of bees. “And hives!” Is it 3.5 m, or e.g. four? '.repeat(200),
  'a word without an end': 'x'.repeat(9000),
  marks: '… . . . !! ?? — '.repeat(700),
  numbers: 'A. 1. 2. 3. 4.5. 6. b. '.repeat(400),
  Thai: 'ภาษาไทยไม่มีช่องว่างระหว่างคำ'.repeat(200),
  Japanese: 'これは長い文章です。単語の間に空白はありません。'.repeat(300),
  emoji: '👩‍👩‍👧‍👦🇩🇪🇫🇷👍🏽 '.repeat(600),
  'combining marks': `e${'\u0301'.repeat(5000)} o`,
  'lone surrogates': 'a\ud83d b\udc00 '.repeat(1000),
};

test.for(Object.entries(TEXTS))('the same as of the whole text: %s', ([, text]) => {
  for (const granularity of ['word', 'sentence'] as const) {
    const whole = [...new Intl.Segmenter(undefined, { granularity }).segment(text)];
    const found = [...segments(text, granularity)];
    expect(found.map(({ segment }) => segment)).toEqual(whole.map(({ segment }) => segment));
    expect(found.map(({ isWordLike }) => isWordLike)).toEqual(whole.map(({ isWordLike }) => isWordLike));
  }
});

test('nothing of nothing', () => {
  expect([...segments('', 'word')]).toEqual([]);
});

test('no segment is looked for in a text much longer than itself', () => {
  const given: number[] = [];
  const { segment } = Intl.Segmenter.prototype;
  Intl.Segmenter.prototype.segment = function (text) {
    given.push(text.length);
    return segment.call(this, text);
  };
  try {
    const found = [...segments('many words of bees and hives. '.repeat(10_000), 'word')];
    expect(found).toHaveLength(130_000);
  } finally {
    Intl.Segmenter.prototype.segment = segment;
  }
  expect(Math.max(...given)).toBeLessThan(5000);
});
