import { expect, test } from 'vitest';
import type { StoredItem } from '../../src/shared/index-types.ts';
import { createFullText } from './full-text.ts';

const item = (id: string, fields: Partial<StoredItem>): StoredItem => ({
  id,
  text: '',
  metadata: {},
  trace: null,
  contentHash: '',
  addedAt: 0,
  ...fields,
});

const all = () => true;

function filled() {
  const text = createFullText();
  text.add([
    item('bees', { text: 'Bees live in a hive', metadata: { tags: ['insect', 'garden'] } }),
    item('café', { text: 'Crème brûlée im Café', metadata: { year: 2021, open: true } }),
    item('photo', { trace: 'A beekeeper opens the hive', metadata: { exif: { camera: 'Leica' } } }),
    item('東京', { text: '私は東京に住んでいます' }),
  ]);
  return text;
}

const ids = (query: string, allows: (id: string) => boolean = all, limit = 10) =>
  filled()
    .search(query, limit, allows)
    .map(({ id }) => id);

test.each<[string, string, string[]]>([
  ['text', 'live', ['bees']],
  ['a trace, below the same word in a text', 'hive', ['bees', 'photo']],
  ['metadata, at any depth', 'leica', ['photo']],
  ['tags', 'garden', ['bees']],
  ['numbers', '2021', ['café']],
  ['words without their accents', 'creme brulee', ['café']],
  ['the last word while it is typed', 'beek', ['photo']],
  ['a word with a typing error', 'bekeeper opens', ['photo']],
  ['words of a script without spaces', '東京', ['東京']],
])('finds %s', (_what, query, expected) => {
  expect(ids(query)).toEqual(expected);
});

test.each([['exif'], ['true'], ['zzz'], [''], ['  ,. ']])('finds nothing for %j', (query) => {
  expect(ids(query)).toEqual([]);
});

test('keeps to the filter and the limit, and says which words it found', () => {
  expect(ids('hive', (id) => id !== 'bees')).toEqual(['photo']);
  expect(ids('hive', all, 1)).toEqual(['bees']);
  const [hit] = filled().search('Bees HIVE hive zebra', 10, all);
  expect(hit?.terms.toSorted()).toEqual(['bees', 'hive']);
});

test('what is removed or replaced is not found any more', () => {
  const text = filled();
  text.remove(['bees', 'unknown']);
  text.add([item('photo', { text: 'a dog' })]);
  expect(text.search('hive', 10, all)).toEqual([]);
  expect(text.search('dog', 10, all).map(({ id }) => id)).toEqual(['photo']);
  text.add([item('bees', { text: 'back in the hive' })]);
  expect(text.search('hive', 10, all).map(({ id }) => id)).toEqual(['bees']);
});
