import { describe, expect, test } from 'vitest';
import { ask, where } from '../../testing/questions.ts';
import { untouched } from './understand.ts';

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
    ['shoes under a tenner', { price: { lt: 10 } }],
    ['shoes I got for a fiver', { price: 5 }],
    ['shoes under a grand', { price: { lt: 1000 } }],
    ['shoes between 50 and 20 euros', { price: { gte: 20, lte: 50 } }],
    ['shoes under 1 200 euros', { price: { lt: 1200 } }],
    ['shoes for less than 500 kr', { price: { lt: 500 } }],
    ['a film longer than an hour and a half', { duration_min: { gt: 90 } }],
    ['a film longer than one and a half hours', { duration_min: { gt: 90 } }],
    ['a film under 1 h 20 min', { duration_min: { lt: 80 } }],
    ['a film under 1h20', { duration_min: { lt: 80 } }],
    ['a film of at most 1½ hours', { duration_min: { lte: 90 } }],
    ['reports thicker than 100 pages', { pages: { gt: 100 } }],
    ['one-page letters', { pages: 1 }],
    ['a 30 page letter', { pages: 30 }],
    ['two pages of a letter', {}],
    ['countries with less than a million people', {}],
    ['shoes for a couple of hundred dollars or less', { price: { lte: 200 } }],
    ['shoes under fifty', { price: { lt: 50 } }],
    ['shoes over 10 euros and under 50 euros', { price: { gt: 10 }, and: [{ price: { lt: 50 } }] }],
    ['shoes of 50 euros and under', { price: { lte: 50 } }],
    ['shoes under five', {}],
    ['shoes from around 2024', { date: { gte: '2024-01-01', lt: '2025-01-01' } }],
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

test('fields of width and height are told apart by the words beside the number', () => {
  const fields = [{ width: 100, height: 100 }];
  expect(where('posters taller than 50 pixels', { fields })).toEqual({ height: { gt: 50 } });
  expect(where('posters at least 50 px high', { fields })).toEqual({ height: { gte: 50 } });
  expect(where('posters wider than 50 px', { fields })).toEqual({ width: { gt: 50 } });
});

test('a field of calories is found by its plural', () => {
  const fields = [{ calories: 100 }, { calories: 900 }];
  expect(where('lunch under 500 calories', { fields })).toEqual({ calories: { lt: 500 } });
  expect(where('lunch with at most 350 kcal', { fields })).toEqual({ calories: { lte: 350 } });
});
