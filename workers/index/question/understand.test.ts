import { casual, GB } from 'chrono-node/en';
import { describe, expect, test } from 'vitest';
import type { Metadata, Understood } from '../../../src/shared/index-types.ts';
import { createFieldProfile } from './fields.ts';
import { asItIs } from './translate.ts';
import { isWorthReading, understand, untouched } from './understand.ts';

/** A Saturday. */
const now = new Date(2026, 10, 28, 19);
const items: readonly Metadata[] = [
  {
    ...{
      date: '2024-05-01',
      price: 12.5,
      tags: ['vegan', 'quick'],
      kind: 'pdf',
      rating: 4,
      duration_min: 20,
    },
    ...{
      author: 'Anna Lee',
      place: 'Berlin',
      pages: 3,
      bytes: 5000,
      servings: 2,
      category: 'recipe',
      folder: 'work',
    },
  },
  {
    ...{
      date: '2026-07-01',
      price: 80,
      tags: ['nuts', 'tax return'],
      kind: 'image',
      rating: 2,
      duration_min: 90,
    },
    ...{
      author: 'Bob',
      place: 'Paris',
      pages: 300,
      bytes: 5e6,
      servings: 4,
      category: 'invoice',
      folder: 'home',
    },
  },
  {
    ...{ date: '2025-07-01', price: 800, tags: ['work', 'spicy'], kind: 'text', rating: 5, duration_min: 45 },
    ...{
      author: 'Cara',
      place: 'New York',
      pages: 30,
      bytes: 5e7,
      servings: 6,
      category: 'receipt',
      folder: 'home',
    },
  },
];

function ask(text: string, { fields = items, locale = 'en-GB' } = {}): Understood {
  if (!isWorthReading(text, true)) return untouched(text);
  const profile = createFieldProfile();
  for (const metadata of fields) profile.add(metadata);
  const chrono = locale === 'en-US' ? casual : GB;
  return understand(asItIs(text), { fields: profile.fields(now), now, locale, chrono });
}

const where = (text: string, options?: Parameters<typeof ask>[1]) => ask(text, options).where;
const date = (gte?: string, lt?: string) => ({ date: { ...(gte && { gte }), ...(lt && { lt }) } });

test('the kind of a file, its date and its topic are told apart', () => {
  expect(ask('pdf about rent from last summer, not Berlin')).toMatchObject({
    text: 'rent',
    not: ['Berlin'],
    where: { kind: 'pdf', date: { gte: '2026-06-01', lt: '2026-09-01' } },
    exact: [],
    preferences: [],
  });
});

describe('dates', () => {
  test.each([
    ['tickets from last summer', date('2026-06-01', '2026-09-01')],
    ['tickets from last year', date('2025-01-01', '2026-01-01')],
    ['tickets from the last two weeks', date('2026-11-14', '2026-11-29')],
    ['what did I buy last week?', date('2026-11-16', '2026-11-23')],
    ['tickets I bought yesterday', date('2026-11-27', '2026-11-28')],
    ['tickets on Friday', date('2026-11-27', '2026-11-28')],
    ['tickets yesterday', date('2026-11-27', '2026-11-28')],
    ['tickets from two months ago', date('2026-09-01', '2026-10-01')],
    ['tickets since June', date('2026-06-01')],
    ['tickets from June on', date('2026-06-01')],
    ['tickets before May 2025', date(undefined, '2025-05-01')],
    ['tickets until May 2025', date(undefined, '2025-06-01')],
    ['tickets after the end of 2024', date('2025-01-01')],
    ['tickets no earlier than 3 March 2025', date('2025-03-03')],
    ['tickets between March and May 2025', date('2025-03-01', '2025-06-01')],
    ['tickets from 2023 to 2024', date('2023-01-01', '2025-01-01')],
    ['tickets in 2024', date('2024-01-01', '2025-01-01')],
    ['tickets (2024)', date('2024-01-01', '2025-01-01')],
    ['tickets of the 1990s', date('1990-01-01', '2000-01-01')],
    ['tickets from Q3 2025', date('2025-07-01', '2025-10-01')],
    ['tickets from spring 2025', date('2025-03-01', '2025-06-01')],
    ['tickets from early 2025', date('2025-01-01', '2025-05-01')],
    ['tickets older than two years', date(undefined, '2024-11-28')],
    ['tickets from last weekend', date('2026-11-21', '2026-11-23')],
    ['tickets from Christmas 2025', date('2025-12-24', '2025-12-27')],
    ["tickets from New Year's Eve 2025", date('2025-12-31', '2026-01-01')],
    ['tickets from new years day 2025', date('2025-01-01', '2025-01-02')],
    ['tickets from Christmas last year', date('2025-12-24', '2025-12-27')],
    ['tickets from Q2 this year', date('2026-04-01', '2026-07-01')],
    ['tickets from October of last year', date('2025-10-01', '2025-11-01')],
    ['tickets from the second half of 2025', date('2025-07-01', '2026-01-01')],
    ['tickets from the early 1990s', date('1990-01-01', '1994-01-01')],
    ['tickets 2024', date('2024-01-01', '2025-01-01')],
    ['tickets 2024 without seats', date('2024-01-01', '2025-01-01')],
    ['tickets 2019–2021', date('2019-01-01', '2022-01-01')],
    ['tickets 2019/20', date('2019-01-01', '2021-01-01')],
    ['tickets from 2024 or 2025', date('2024-01-01', '2026-01-01')],
    ['tickets between 3 and 9 April 2025', date('2025-04-03', '2025-04-10')],
    ['tickets from the 1st to the 10th of July', date('2026-07-01', '2026-07-11')],
    ['tickets older than a year', date(undefined, '2025-11-28')],
    ['tickets under a month old', date('2026-10-28')],
  ])('%s', (text, expected) => {
    expect(where(text)).toEqual(expected);
  });

  test('day and month are in the order of the page', () => {
    expect(where('meeting on 12/05/2025')).toEqual(date('2025-05-12', '2025-05-13'));
    expect(where('meeting on 12/05/2025', { locale: 'en-US' })).toEqual(date('2025-12-05', '2025-12-06'));
  });

  test('bounds are written as the field is', () => {
    const of = (value: string | number, name = 'date') =>
      where('tickets since 2025', { fields: [{ [name]: value }] });
    expect(of('2026-03')).toEqual({ date: { gte: '2025-01' } });
    expect(of('2026-03-01T10:00:00')).toEqual({ date: { gte: '2025-01-01' } });
    expect(of('2026-03-01T10:00:00Z')).toEqual({ date: { gte: new Date(2025, 0, 1).toISOString() } });
    expect(of(Date.UTC(2026, 2), 'takenAt')).toEqual({ takenAt: { gte: new Date(2025, 0, 1).getTime() } });
    expect(of(2026, 'year')).toEqual({ year: { gte: 2025 } });
    expect(of(2026, 'pages')).toEqual({});
  });

  test('a question about the world is no filter, only a preference', () => {
    expect(ask('who won the cup in 2024')).toMatchObject({
      text: 'who won the cup in 2024',
      where: {},
      preferences: [date('2024-01-01', '2025-01-01')],
    });
  });
});

describe('numbers', () => {
  test.each<[string, object]>([
    ['shoes under 50 euros', { price: { lt: 50 } }],
    ['shoes for at most €50', { price: { lte: 50 } }],
    ['shoes over fifty euros', { price: { gt: 50 } }],
    ['shoes between 20 and 50 €', { price: { gte: 20, lte: 50 } }],
    ['shoes costing €20-50', { price: { gte: 20, lte: 50 } }],
    ['shoes for about 20 euros', { price: { gte: 16, lte: 24 } }],
    ['dinner in half an hour or less', { duration_min: { lte: 30 } }],
    ['dinner that takes less than 30 minutes', { duration_min: { lt: 30 } }],
    ['shoes rated 4 or more', { rating: { gte: 4 } }],
    ['shoes with at least 4 stars', { rating: { gte: 4 } }],
    ['soup for 4 people', { servings: 4 }],
    ['reports with more than 100 pages', { pages: { gt: 100 } }],
    ['files larger than 5 MB', { bytes: { gt: 5_000_000 } }],
    ['a car for 1,500.50 euros', { price: 1500.5 }],
    ['a car under 1.200 €', { price: { lt: 1200 } }],
    ['a car under €1.250', { price: { lt: 1250 } }],
    ['a car under 1.25 euros', { price: { lt: 1.25 } }],
    ['sub 50 euro shoes', { price: { lt: 50 } }],
    ['shoes less then 50 euros', { price: { lt: 50 } }],
    ['shoes for 20ish euros', { price: { gte: 16, lte: 24 } }],
    ['shoes, 20 euros or so', { price: { gte: 16, lte: 24 } }],
    ['budget of 50 euros for shoes', { price: { lte: 50 } }],
    ['dinner in under an hour', { duration_min: { lt: 60 } }],
    ['soup that serves at least six', { servings: { gte: 6 } }],
    ['4 star hotels', { rating: 4 }],
    ['shoes under 50', { price: { lt: 50 } }],
    ['shoes under 5', {}], // no item costs so little: perhaps a size
    ['women over 50', {}],
  ])('%s', (text, expected) => {
    expect(where(text)).toEqual(expected);
  });

  test('a currency that the items do not have is left in the text', () => {
    const fields = [{ price: 3, currency: 'EUR' }];
    expect(where('shoes under 50 euros', { fields })).toEqual({ price: { lt: 50 }, currency: 'EUR' });
    expect(ask('shoes under 50 dollars', { fields })).toEqual(untouched('shoes under 50 dollars'));
  });

  test('without a field for them they stay in the text', () => {
    const text = 'shoes under 50 euros, 4 stars or more';
    expect(ask(text, { fields: [{ name: 'a' }] })).toEqual(untouched(text));
  });
});

describe('kinds, tags and other values that items have', () => {
  test.each<[string, object]>([
    ['photos of a dog', { kind: 'image' }],
    ['beach photos', { kind: 'image' }],
    ['notes about rent', { kind: 'text' }],
    ['rent (pdf)', { kind: 'pdf' }],
    ['cheap recipes without meat', { category: 'recipe' }],
    ['rent tagged tax return', { tags: 'tax return' }],
    ['rent #work', { tags: 'work' }],
    ['rent in the Vegan category', { tags: 'vegan' }],
    ['documents by Anna Lee', { author: 'Anna Lee' }],
    ['rent in the work folder', { folder: 'work' }],
    ['rent not tagged work', { and: [{ not: { tags: 'work' } }] }],
    ['urgent papers', {}],
    ['spicy recipe', { tags: 'spicy', category: 'recipe' }],
    ['vegan only soup', { tags: 'vegan' }],
    ['vegan leather', {}],
    ['quick pdfs', { kind: 'pdf', tags: 'quick' }],
    ['photos wider than a hand', { kind: 'image' }],
    ['what Anna Lee wrote about rent', { author: 'Anna Lee' }],
    ["Bob's letters", { author: 'Bob' }],
    ['concerts in Berlin or Paris', { place: { in: ['Berlin', 'Paris'] } }],
    ["don't show me pdfs", { and: [{ not: { kind: 'pdf' } }] }],
    ['concerts outside of Berlin', { and: [{ not: { place: 'Berlin' } }] }],
    ['rent, no pdfs', { and: [{ not: { kind: 'pdf' } }] }],
    ['rent that is not from 2024', { and: [{ not: date('2024-01-01', '2025-01-01') }] }],
  ])('%s', (text, expected) => {
    expect(where(text)).toEqual(expected);
  });

  test.each(['rent tagged holiday', 'rent by Dora', 'videos of a dog'])(
    '%s: what no item has is no filter',
    (text) => {
      expect(where(text)).toEqual({});
    },
  );
});

describe('exclusions', () => {
  test.each<[string, string, string[]]>([
    ['curry, not hot', 'curry', ['hot']],
    ['curry not hot or sour', 'curry', ['hot', 'sour']],
    ['curry without peanuts', 'curry', ['peanuts']],
    ["curry that isn't hot", 'curry', ['hot']],
    ['curry with no peanuts in it', 'curry', ['peanuts']],
    ['anything but curry', 'anything but curry', ['curry']],
    ['jazz -vocals', 'jazz', ['vocals']],
    ['curry w/o peanuts', 'curry', ['peanuts']],
    ['curry rather than soup', 'curry', ['soup']],
    ['hotels except in Rome', 'hotels', ['Rome']],
    ['curry with neither peanuts nor onions', 'curry', ['peanuts', 'onions']],
    ['peanut-free curry', 'peanut-free curry', ['peanut']],
  ])('%s', (text, left, not) => {
    expect(ask(text)).toMatchObject({ text: left, not });
  });

  test.each([
    'why do cells not divide',
    'can it be treated without medication',
    'methods for avoiding deadlock',
    'no-fault divorce',
    'not only dogs',
    'What is not known about dark matter?',
  ])('%s: nothing is excluded', (text) => {
    expect(ask(text)).toEqual(untouched(text));
  });
});

test('quoted words are exact, and still say what is meant', () => {
  expect(ask('a letter with “security deposit” from 2024')).toMatchObject({
    text: 'a letter with security deposit',
    exact: ['security deposit'],
    where: date('2024-01-01', '2025-01-01'),
  });
});

test.each([
  'fossils 65 million years ago',
  'fossils from the last 500000 years',
  'fossils older than 3 million years',
])('a time before all dates is none: %s', (text) => expect(ask(text)).toEqual(untouched(text)));

test('fields of width and height are told apart by the words beside the number', () => {
  const fields = [{ width: 100, height: 100 }];
  expect(where('posters taller than 50 pixels', { fields })).toEqual({ height: { gt: 50 } });
  expect(where('posters at least 50 px high', { fields })).toEqual({ height: { gte: 50 } });
  expect(where('posters wider than 50 px', { fields })).toEqual({ width: { gt: 50 } });
});

test('statements, and texts that say enough by themselves, are left alone', () => {
  for (const text of [
    'Net revenue was $3.99 billion in 2024.',
    `notes from last summer ${'and many other words '.repeat(8)}`,
    'image segmentation',
    '',
  ]) {
    expect(ask(text)).toEqual(untouched(text));
  }
});

test('each part says what it was taken for', () => {
  expect(ask('pdfs over 50 euros').reasons).toEqual([
    expect.stringMatching(/pdfs.*kind pdf/),
    expect.stringMatching(/over 50 euros.*price above 50/),
  ]);
});

test.each([
  'friday night lights',
  'sunday roast',
  'a monday kind of feeling',
  'saturday night fever',
  'yesterday by the beatles',
  'the thursday murder club',
  'black friday',
  'blade runner 2049 sequel',
  '1984 by george orwell',
])('a day that belongs to a name is no date: %s', (text) => {
  expect(where(text)).toEqual({});
});

test.each(['Friday photos', 'yesterday’s notes', 'Friday night pictures'])(
  'a day before what items are called is a date: %s',
  (text) => expect(where(text)).toMatchObject(date('2026-11-27', '2026-11-28')),
);

test.each([
  'taken with my Sony',
  'letters written by Tom Okafor',
  'author: Tom Okafor heating',
  'pictures larger than 2 MB',
  'pdf about rent',
])('is worth reading however many items there are: %s', (text) => {
  expect(isWorthReading(text, false)).toBe(true);
});

test('an end of an exclusion that is not found is looked for in one way only', () => {
  // An unclosed quote behind many words had a pattern try every way to cut these, for hours.
  expect(
    ask('recipes without complicated preparation involving extraordinarily many ingredients "').not,
  ).toEqual([]);
  const words = 'of but not want or more without do most no least photos euros nor any “x , and that'.split(
    ' ',
  );
  for (let start = 0; start < words.length; start++) {
    const text = Array.from({ length: 23 }, (_, i) => words[(start + i * 7) % words.length]).join(' ');
    expect(ask(`${text} "x`).text).not.toBe('');
  }
});
