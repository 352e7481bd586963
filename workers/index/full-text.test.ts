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

test.each<[string, string, string[]]>([
  ['C#', 'C#', ['sharp']],
  ['C#, in a sentence', 'programs (C#).', ['sharp']],
  ['C++', 'c++', ['plus', 'plus-17']],
  ['C alone', 'C language', ['plain']],
  ['a brand with a sign, without it', 'disney films', ['brand']],
  ['a brand with its sign', 'Disney+', ['brand']],
  ['an emoji', '🐝', ['bee']],
  ['an emoji inside a sentence', 'a 🐝 hive', ['bee']],
  ['an emoji of another skin colour', '👍', ['thumb']],
  ['a family, not its members', '👨‍👩‍👧', ['family']],
  ['a flag', '🇩🇪', ['flag']],
  ['an emoji with or without its variation selector', '❤', ['heart']],
  ['a keycap', '1️⃣', ['keycap']],
  ['a currency', '€', ['price']],
  ['an arrow', '→', ['arrow']],
  ['an emoji among words without spaces', '🍣', ['sushi']],
  ['words without spaces beside an emoji', '寿司', ['sushi']],
  ['words between tabs', 'second column', ['table']],
  ['a word with soft hyphens', 'cooperation', ['soft']],
])('finds as it is written: %s', (_what, query, expected) => {
  const text = createFullText();
  const texts = {
    plain: 'written in C',
    sharp: 'written in C#, mostly',
    plus: 'written in C++',
    'plus-17': 'C++/CLI from 2017',
    brand: 'Disney+ subscription',
    bee: 'summer🐝 garden',
    thumb: 'well done 👍🏽',
    family: 'us 👨‍👩‍👧!',
    flag: '🇩🇪🇫🇷',
    heart: 'love ❤️',
    keycap: 'step 1️⃣',
    price: '€5',
    arrow: 'from→to',
    sushi: '寿司🍣を食べる',
    table: 'first\tsecond\tthird',
    soft: 'co\u00adope\u00adra\u00adtion',
  };
  text.add(Object.entries(texts).map(([id, written]) => item(id, { text: written })));
  expect(text.search(query, 10, all).map(({ id }) => id)).toEqual(expected);
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
