import { GB } from 'chrono-node/en';
import { expect, test } from 'vitest';
import { createFieldProfile } from './fields.ts';
import { misspelt } from './spelling.ts';
import { translate } from './translate.ts';
import { understand } from './understand.ts';

const now = new Date(2026, 10, 28, 19);
const profile = createFieldProfile();
profile.add({ date: '2026-02-01', price: 12, bytes: 500 });
profile.add({ date: '2025-02-01', price: 800, bytes: 5e7 });
const ask = async (text: string, locale = 'en-GB') =>
  understand(await translate(text, locale), { fields: profile.fields(now), now, locale, chrono: GB });

test.each([
  ['soup withuot onions', 'soup', { not: ['onions'] }],
  ['letters from febuary 2025', 'letters', { where: { date: { gte: '2025-02-01', lt: '2025-03-01' } } }],
  ['files larger tahn 5 MB', 'files larger tahn 5 MB', { where: { bytes: { gt: 5_000_000 } } }],
  ['shoes more thn 50 euros', 'shoes', { where: { price: { gt: 50 } } }],
  ['notes I wrote yesteday', 'notes I wrote', { where: { date: { gte: '2026-11-27', lt: '2026-11-28' } } }],
  ['shoes beetween 20 and 50 euros', 'shoes', { where: { price: { gte: 20, lte: 50 } } }],
  ['cheepest kettle', 'kettle', { sort: { field: 'price', direction: 'asc' } }],
])('a typing error in a word of the grammar: %s', async (text, left, parts) => {
  expect(await ask(text)).toMatchObject({ text: left, ...parts });
});

test('reasons and what is left are in the words of the user', async () => {
  const { reasons } = await ask('soup withuot onions');
  expect(reasons).toEqual(['“withuot onions”: not onions.']);
  expect((await ask('walks beetween the hills under 50 euros')).text).toBe('walks beetween the hills');
});

test.each([
  'an extensive report',
  'expansive views on saturdays',
  'the earlier of two invoices',
  '"withuot" in quotes',
  'chapters about betweenness',
  'Tahn the elder',
])('other words, and quoted ones, are as they are: %s', (text) => {
  expect(misspelt(text)).toEqual([]);
});
