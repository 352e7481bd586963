import { expect, test } from 'vitest';
import type { Understood } from '../../../src/shared/index-types.ts';
import { memoryStore } from '../../storage/database.ts';
import { item, openTab } from '../../testing/collections.ts';
import { rowsWith } from '../ranking.ts';
import { createWordsSync } from '../words/words-sync.ts';
import { arrange, depthFor, readQuestion, withExactly } from './read-question.ts';
import { hasExactly, shows, wordsOfItem } from './shows.ts';
import { untouched } from './understand.ts';

const now = new Date(2026, 10, 28);
const acquire = async () => () => {};

async function indexOf(...items: { text: string; metadata: Record<string, unknown> }[]) {
  const store = memoryStore();
  const tab = await openTab({ store, name: 'n', acquire } as unknown as Parameters<typeof openTab>[0]);
  await tab.append(items.map(({ text, metadata }, i) => ({ ...item(`i${i}`, metadata), text })));
  const words = createWordsSync(store, tab.collection);
  const ask = (question: string | Understood, where?: object) =>
    tab.read((state) =>
      readQuestion(state, question, {
        ...{ where: where as never, locale: 'en-GB', now },
        rowsWith: rowsWith(state, words),
      }),
    );
  return { tab, ask, words };
}

const rents = [
  { text: 'Rent of the flat', metadata: { kind: 'pdf', date: '2026-07-01', price: 900 } },
  {
    text: 'Rent of the flat, security deposit',
    metadata: { kind: 'image', date: '2024-02-01', price: 1800 },
  },
];

test('conditions are those that leave something; the others become preferences, and say so', async () => {
  const { ask } = await indexOf(...rents);
  expect(await ask('pdf about rent from last summer')).toMatchObject({
    text: 'rent',
    where: { kind: 'pdf', date: { gte: '2026-06-01', lt: '2026-09-01' } },
    preferences: [],
  });
  const impossible = await ask('pdf about rent from 2024');
  expect(impossible).toMatchObject({
    where: { kind: 'pdf' },
    preferences: [{ date: { gte: '2024-01-01', lt: '2025-01-01' } }],
  });
  expect(impossible.reasons.at(-1)).toBe(
    'No item would be left by “date at least 2024-01-01 and below 2025-01-01”: those that match come first.',
  );
});

const books = [
  { text: 'Robert Musil: The Man Without Qualities', metadata: {} },
  { text: 'A film of 1968.', metadata: { file: 'films/artists-without-mercy.mkv' } },
  { text: 'We ordered a curry without nuts, and one with them.', metadata: {} },
  { text: 'Curry with nuts and rice', metadata: {} },
  { text: 'War and peace, not abridged', metadata: { title: 'Lunch without lettuce' } },
];

test.each(['the man without qualities', 'Artists without mercy?', 'show me lunch without lettuce'])(
  '%j is what an item is called, not an exclusion',
  async (title) => {
    const { ask } = await indexOf(...books);
    const { not, text } = await ask(title);
    expect(not).toEqual([]);
    expect(text).toContain('without');
    const elsewhere = await indexOf(...books.slice(2, 4));
    expect((await elsewhere.ask(title)).not).not.toEqual([]);
  },
);

test('what is only said of an item stays an exclusion, and so does what the filter keeps out', async () => {
  const { ask } = await indexOf(...books);
  expect((await ask('curry without nuts')).not).toEqual(['nuts']);
  expect((await ask('curry with rice without nuts')).not).toEqual(['nuts']);
  expect((await ask('the man without qualities', { title: { exists: true } })).not).toEqual(['qualities']);
});

test('a text that was pasted in place of a question is left as it is', async () => {
  const { ask } = await indexOf(...rents);
  const pasted = 'not“x'.repeat(50_000);
  expect(await ask(pasted)).toEqual(untouched(pasted));
});

test("the caller's own filter counts: a condition that leaves nothing beside it is a preference", async () => {
  const { ask } = await indexOf(...rents);
  expect(await ask('rent under 1000 euros', { kind: 'image' })).toMatchObject({
    where: {},
    preferences: [{ price: { lt: 1000 } }],
  });
});

test('of conditions that exclude each other the first is kept', async () => {
  const { ask } = await indexOf(...rents);
  const found = await ask('rent over 1000 euros and under 500 euros, not Berlin, “security deposit”');
  expect(found).toMatchObject({
    text: 'rent, security deposit',
    not: ['Berlin'],
    exact: ['security deposit'],
    where: { price: { gt: 1000 } },
    preferences: [{ price: { lt: 500 } }],
  });
  expect(found.reasons.at(-1)).toBe(
    'No item would be left by “price below 500”: those that match come first.',
  );
  expect(await ask(found)).toEqual(found);
});

test('exact words that no item has are words like others', async () => {
  const { ask, tab, words } = await indexOf(...rents);
  expect(await ask('rent “security deposit”')).toMatchObject({ exact: ['security deposit'] });
  const none = await ask('rent "deposit security"');
  expect(none.exact).toEqual([]);
  expect(none.reasons.at(-1)).toMatch(/No item has the words “deposit security”/);
  const count = await tab.read(async (state) => {
    const all = await state.catalog.allowed(undefined);
    return (await withExactly(state, all, ['Security  Deposit'], rowsWith(state, words))).count;
  });
  expect(count).toBe(1);
});

test('an edited question is settled alike, and fields of items added later are known', async () => {
  const { ask, tab } = await indexOf(...rents);
  const edited = { ...untouched('rent'), where: { kind: 'text' } };
  expect(await ask(edited)).toMatchObject({ where: {}, preferences: [{ kind: 'text' }] });
  expect((await ask('rent tagged urgent')).where).toEqual({});
  await tab.append([item('later', { tags: ['urgent'] })]);
  expect((await ask('rent tagged urgent')).where).toEqual({ tags: 'urgent' });
});

test('what shows something unwanted comes last, what is preferred first; the rest stays in order', () => {
  const understood = { ...untouched('soup'), not: ['nuts'], preferences: [{ kind: 'pdf' }] };
  const items = [
    { text: 'Soup with a nut', metadata: { kind: 'pdf' } },
    { text: 'Soup', metadata: {} },
    { text: 'Soup without nuts', metadata: { kind: 'pdf' } },
    { text: 'Nut-free soup', metadata: {} },
  ];
  expect(arrange(items, understood)).toEqual([2, 1, 3, 0]);
  expect(arrange(items, untouched('soup'))).toEqual([0, 1, 2, 3]);
  expect(arrange(items, null)).toEqual([0, 1, 2, 3]);
  expect(depthFor(understood, 10)).toBe(50);
  expect(depthFor(null, 10)).toBe(10);
});

test('words are whole words, in text and metadata, whatever their case and accents', () => {
  const words = wordsOfItem({ text: 'Café\n au lait', metadata: { note: { of: ['Zoë'] } } });
  expect(hasExactly(words, 'cafe au')).toBe(true);
  expect(hasExactly(words, 'caf')).toBe(false);
  expect(hasExactly(words, 'zoe')).toBe(true);
  expect(shows('fresh berries and cream', 'berry')).toBe(true);
  expect(shows('made with no berries', 'berry')).toBe(false);
  expect(shows('a sugar-free cake', 'sugar')).toBe(false);
});
