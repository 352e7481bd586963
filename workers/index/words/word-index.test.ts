import { expect, test } from 'vitest';
import type { StoredItem } from '../../../src/shared/index-types.ts';
import { createPart } from './part.ts';
import { createPostings } from './postings.ts';
import { createWordIndex } from './word-index.ts';

const item = (id: string, fields: Partial<StoredItem>): StoredItem => ({
  id,
  text: '',
  metadata: {},
  trace: null,
  contentHash: '',
  addedAt: 0,
  ...fields,
});

/** Ids of the items that have words of the query, best first, and these words; the items lie in segments of two. */
async function search(items: readonly StoredItem[], query: string): Promise<[id: string, terms: string[]][]> {
  const parts = [];
  for (let from = 0; from < items.length; from += 2) {
    const some = items.slice(from, from + 2);
    const rows = Uint32Array.from(some, (_, i) => from + i);
    parts.push({ part: createPart(await createPostings(some)), rows });
  }
  const { score, termsIn } = createWordIndex(parts).query(query);
  const gains = score(({ gain }) => items.map((_, row) => gain(row, null)));
  return items
    .map(({ id }, row) => ({ id, row, score: gains[row] as number }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ id, row }) => [id, termsIn(row)]);
}

const few = [
  item('bees', { text: 'Bees live in a hive', metadata: { tags: ['insect', 'garden'] } }),
  item('café', { text: 'Crème brûlée im Café', metadata: { year: 2021, open: true } }),
  item('photo', { trace: 'A beekeeper opens the hive', metadata: { exif: { camera: 'Leica' } } }),
  item('東京', { text: '私は東京に住んでいます' }),
];
const ids = async (query: string, items = few) => (await search(items, query)).map(([id]) => id);

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
])('finds %s', async (_what, query, expected) => {
  expect(await ids(query)).toEqual(expected);
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
])('finds as it is written: %s', async (_what, query, expected) => {
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
  const items = Object.entries(texts).map(([id, written]) => item(id, { text: written }));
  expect(await ids(query, items)).toEqual(expected);
});

test.each([['exif'], ['true'], ['zzz'], [''], ['  ,. ']])('finds nothing for %j', async (query) => {
  expect(await ids(query)).toEqual([]);
});

test('says which words of the query it found', async () => {
  const [bees, photo] = await search(few, 'Bees HIVE hive zebra');
  expect(bees).toEqual(['bees', ['bees', 'hive']]);
  expect(photo).toEqual(['photo', ['hive']]);
});

test('a rare word tells more than a common one, a second time less than the first, a long text less than a short one', async () => {
  const filler = (n: number) => Array.from({ length: n }, (_, i) => `filler${i}`).join(' ');
  const items = [
    item('both', { text: `common rare ${filler(8)}` }),
    item('rare', { text: `rare other ${filler(8)}` }),
    item('twice', { text: `common common ${filler(8)}` }),
    item('once', { text: `common once ${filler(8)}` }),
    item('long', { text: `common ${filler(40)}` }),
    item('none', { text: filler(10) }),
  ];
  expect(await ids('common rare', items)).toEqual(['both', 'rare', 'twice', 'once', 'long']);
});

test('says which part of the query an item has: by rarity, each word once, unknown ones too, beginnings not', async () => {
  const items = [
    item('all', { text: 'honey bread' }),
    item('one', { text: 'honey honey' }),
    item('begins', { text: 'breadcrumbs' }),
  ];
  const rows = Uint32Array.from(items, (_, i) => i);
  const index = createWordIndex([{ part: createPart(await createPostings(items)), rows }]);
  const coverage = (query: string, row: number) => {
    const mask = Uint8Array.from(items, (_, i) => (i === row ? 1 : 0));
    return index.query(query).score((scores) => scores.coverage({ mask, count: 1 }));
  };
  expect([0, 1, 2].map((row) => coverage('honey bread', row))).toEqual([
    expect.closeTo(1, 6),
    expect.closeTo(0.5, 1),
    0,
  ]);
  expect(coverage('honey unheard', 0)).toBeLessThan(0.4);
});

test('spellings are looked for only where no item has the word, and their number does not make them rare', async () => {
  const items = [
    item('exact', { text: 'the weather today' }),
    item('near', { text: 'the feather today' }),
    item('bees', { text: 'a beekeeper' }),
  ];
  expect(await ids('weather report', items)).toEqual(['exact']);
  expect(await ids('weathr report', items)).toEqual(['exact']);
  expect(await ids('bekeeper', items)).toEqual(['bees']);
  expect(await ids('zeathxr report', items)).toEqual([]);
});

test('what was embedded counts less the shorter it is; what was not counts in full', async () => {
  const long = Array.from({ length: 199 }, (_, i) => `filler${i}`).join(' ');
  const items = [
    item('short', { text: 'hive' }),
    item('long', { text: `hive ${long}` }),
    item('tag', { metadata: { tag: 'hive' } }),
  ];
  const rows = Uint32Array.from(items, (_, i) => i);
  const index = createWordIndex([{ part: createPart(await createPostings(items)), rows }]);
  const byWords = { score: 1, coverage: 0 };
  const [short, other, tag] = index
    .query('hive')
    .score(({ gain }) => [0, 1, 2].map((row) => gain(row, byWords) / gain(row, null)));
  expect(short).toBeCloseTo(1 / 21, 3);
  expect(other).toBeCloseTo(200 / 220, 3);
  expect(tag).toBe(1);
});
