import { expect, test } from 'vitest';
import { ask } from '../../testing/questions.ts';
import { quotesIn } from './quotes.ts';

test.each([
  ['a "gate code" b', ['gate code']],
  ['a “gate code” b', ['gate code']],
  ['a „gate code“ b', ['gate code']],
  ['a „gate code” b', ['gate code']],
  ['a ”gate code” b', ['gate code']],
  ['a «gate code» b', ['gate code']],
  ['a « gate code » b', ['gate code']],
  ['a »gate code« b', ['gate code']],
  ['a ‹gate code› b', ['gate code']],
  ['a ›gate code‹ b', ['gate code']],
  ['a 「東京」 b', ['東京']],
  ['a『東京』b', ['東京']],
  ['a ＂gate code＂ b', ['gate code']],
  ["a 'gate code' b", ['gate code']],
  ['a ‘gate code’ b', ['gate code']],
  ['a ‚gate code‘ b', ['gate code']],
  ["a 'can't wait' b", ["can't wait"]],
  ['“a” and “b”', ['a', 'b']],
  ['«a» et «b»', ['a', 'b']],
  ['"a", "b."', ['a', 'b']],
])('%s', (text, words) => {
  expect(quotesIn(text).map((quote) => quote.words)).toEqual(words);
});

test.each([
  `a 5'10" man in 6" heels`,
  'a frame of 5” x 7”',
  "rock 'n' roll",
  "the kids' toys and the dogs' beds",
  "don't say it isn't so",
  'a single " sign',
])('no quotes: %s', (text) => {
  expect(quotesIn(text)).toEqual([]);
});

test('words in quotes are exact, whatever conditions they could be by themselves', () => {
  expect(ask('letters with “photos from 3 May 2024 in Berlin, not tagged work”')).toMatchObject({
    exact: ['photos from 3 May 2024 in Berlin, not tagged work'],
    where: {},
    not: [],
  });
  expect(ask('rent tagged "tax return"')).toMatchObject({ exact: [], where: { tags: 'tax return' } });
});
