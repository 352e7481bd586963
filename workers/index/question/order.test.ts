import { describe, expect, test } from 'vitest';
import { ask, date } from '../../testing/questions.ts';
import { untouched } from './understand.ts';

const by = (field: string, direction: 'asc' | 'desc') => ({ field, direction });

describe('an order that is asked for', () => {
  test.each<[string, string, object]>([
    ['cheapest kettle', 'kettle', by('price', 'asc')],
    ['the two most expensive shoes', 'shoes', by('price', 'desc')],
    ['kettles, cheapest first', 'kettles', by('price', 'asc')],
    ['what did I spend the most on', 'what did I spend the most on', by('price', 'desc')],
    ['latest letter from the landlord', 'letter from the landlord', by('date', 'desc')],
    ['my last payslip', 'payslip', by('date', 'desc')],
    ['the last three letters', 'letters', by('date', 'desc')],
    ['letters in chronological order', 'letters', by('date', 'asc')],
    ['the letter that came first', 'letter', by('date', 'asc')],
    ['soup with the highest rating', 'soup', by('rating', 'desc')],
    ['best rated soup', 'soup', by('rating', 'desc')],
    ['report with the fewest pages', 'report', by('pages', 'asc')],
    ['longest report', 'report', by('pages', 'desc')],
    ['quickest recipe for soup', 'soup', by('duration_min', 'asc')],
    ['which letter takes up the most space', 'letter', by('bytes', 'desc')],
    ['shoes sorted by author', 'shoes', by('author', 'asc')],
    ['shoes by price, highest first', 'shoes', by('price', 'desc')],
    ['shoes from cheapest to most expensive', 'shoes', by('price', 'asc')],
  ])('%s', (text, left, sort) => {
    expect(ask(text)).toMatchObject({ text: left, sort });
  });

  test('beside conditions, kinds and exclusions', () => {
    expect(ask('newest photos of the lake from last year, not tagged work')).toMatchObject({
      text: 'lake',
      where: { kind: 'image', ...date('2025-01-01', '2026-01-01'), and: [{ not: { tags: 'work' } }] },
      sort: by('date', 'desc'),
    });
    expect(ask('cheapest curry without nuts')).toMatchObject({
      text: 'curry',
      not: ['nuts'],
      sort: by('price', 'asc'),
    });
  });

  test('where nothing else is asked for, the text is empty', () => {
    expect(ask('newest photos')).toMatchObject({
      text: '',
      where: { kind: 'image' },
      sort: by('date', 'desc'),
    });
    expect(ask('the three largest files')).toMatchObject({ text: '', where: {}, sort: by('bytes', 'desc') });
    expect(ask('newest photos', { fields: [{ date: '2024-01-01' }] })).toMatchObject({ text: '' });
    // Nothing here is a photograph: what there is is searched for the word.
    const fields = [{ date: '2024-01-01', kind: 'pdf' }];
    expect(ask('newest photos', { fields })).toMatchObject({ text: 'photos', where: {} });
  });

  test('says what it was taken for', () => {
    expect(ask('cheapest kettle').reasons).toEqual(['“cheapest”: in the order of price, the least first.']);
    expect(ask('newest letter').reasons).toEqual(['“newest”: in the order of date, the newest first.']);
  });
});

test('of several dates, the one that the verb is of', () => {
  const fields = [{ taken: '2024-01-01', modified: '2024-02-01' }];
  expect(ask('newest photo', { fields }).sort).toEqual(by('taken', 'desc'));
  expect(ask('most recently modified photo', { fields }).sort).toEqual(by('modified', 'desc'));
});

test.each(['cheapest kettle', 'newest letter', 'heaviest parcel', 'letters sorted by weight'])(
  'without a field for it, it stays in the text: %s',
  (text) => expect(ask(text, { fields: [{ name: 'a' }] })).toEqual(untouched(text)),
);

test.each([
  'the last emperor',
  'last christmas by the sea', // a date, and no order
  'first aid',
  'latest trends in gardening',
  'the largest lake of africa',
  'shortest path between two nodes',
  'at least two dogs',
  'not the cheapest kettle',
  'the cheapest way to travel',
  'what is the longest river',
  'who wrote the first letter',
  'most people smiling',
  'how to sort a list by date',
])('no order: %s', (text) => {
  expect(ask(text).sort).toBeNull();
});
