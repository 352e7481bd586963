import { describe, expect, test } from 'vitest';
import { ask, date, where } from '../../testing/questions.ts';
import { untouched } from './understand.ts';

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
    ['tickets from a week ago', date('2026-11-16', '2026-11-23')],
    ['tickets from a week ago today', date('2026-11-21', '2026-11-22')],
    ['tickets from the week before last', date('2026-11-09', '2026-11-16')],
    ['tickets from the month before last', date('2026-09-01', '2026-10-01')],
    ['tickets from the Friday before last', date('2026-11-20', '2026-11-21')],
    ['tickets from the Saturday before last', date('2026-11-14', '2026-11-15')],
    ['tickets from the summer before last', date('2025-06-01', '2025-09-01')],
    ['tickets from the day before yesterday', date('2026-11-26', '2026-11-27')],
    ['tickets from the last fortnight', date('2026-11-14', '2026-11-29')],
    ['tickets older than a fortnight', date(undefined, '2026-11-14')],
    ['tickets from the last couple of weeks', date('2026-11-14', '2026-11-29')],
    ['tickets from the previous month', date('2026-10-01', '2026-11-01')],
    ['tickets since the start of the year', date('2026-01-01')],
    ['tickets since the end of October', date('2026-11-01')],
    ['tickets from the end of October', date('2026-10-22', '2026-11-01')],
    ['tickets from the start of October on', date('2026-10-01')],
    ['tickets from early October', date('2026-10-01', '2026-10-11')],
    ['tickets from mid-July 2025', date('2025-07-11', '2025-07-22')],
    ['tickets from late last year', date('2025-09-01', '2026-01-01')],
    ['tickets from the week of 14 October', date('2026-10-12', '2026-10-19')],
    ['tickets from the 12th', date('2026-11-12', '2026-11-13')],
    ['tickets between the 12th and the 15th', date('2026-11-12', '2026-11-16')],
    ['tickets since the 30th', date('2026-10-30')],
    ['tickets from 2024/11', date('2024-11-01', '2024-12-01')],
    ['tickets from 2024-11', date('2024-11-01', '2024-12-01')],
    ['tickets from 11/2024', date('2024-11-01', '2024-12-01')],
    ['tickets of the season 2010/11', date('2010-01-01', '2012-01-01')],
    ['tickets from the noughties', date('2000-01-01', '2010-01-01')],
    ['tickets from Thanksgiving 2025', date('2025-11-27', '2025-11-28')],
    ['tickets from Memorial Day 2025', date('2025-05-26', '2025-05-27')],
    ['tickets from Good Friday', date('2026-04-03', '2026-04-04')],
    ['tickets up to and including June 2024', date(undefined, '2024-07-01')],
    ['tickets from the second week of August', date('2026-08-08', '2026-08-15')],
    ['tickets from the last weekend in May 2025', date('2025-05-31', '2025-06-02')],
    ['tickets from the first half of March', date('2026-03-01', '2026-03-16')],
    ['tickets from the weekend of 15 October', date('2026-10-17', '2026-10-19')],
    ['tickets from Thursday last week', date('2026-11-19', '2026-11-20')],
    ['tickets from last week on Thursday', date('2026-11-19', '2026-11-20')],
    ['tickets from the last half year', date('2026-05-28', '2026-11-29')],
    ['tickets since the spring', date('2026-03-01')],
    ['tickets in Feb 24', date('2024-02-01', '2024-03-01')],
    ['tickets in under 30s', { duration_min: { lt: 0.5 } }],
    ['difference between may and might', {}],
    ['tickets between 2024 and 2021', date('2021-01-01', '2025-01-01')],
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

test.each([
  'fossils 65 million years ago',
  'fossils from the last 500000 years',
  'fossils older than 3 million years',
])('a time before all dates is none: %s', (text) => expect(ask(text)).toEqual(untouched(text)));

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
