import { expect, test } from 'vitest';
import { ask, date } from '../../testing/questions.ts';
import { isWorthReading, untouched } from './understand.ts';

test('the kind of a file, its date and its topic are told apart', () => {
  expect(ask('pdf about rent from last summer, not Berlin')).toMatchObject({
    text: 'rent',
    not: ['Berlin'],
    where: { kind: 'pdf', date: { gte: '2026-06-01', lt: '2026-09-01' } },
    exact: [],
    preferences: [],
  });
});

test('quoted words are exact, and still say what is meant', () => {
  expect(ask('a letter with “security deposit” from 2024')).toMatchObject({
    text: 'a letter with security deposit',
    exact: ['security deposit'],
    where: date('2024-01-01', '2025-01-01'),
  });
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

test('whether and how something is asks for no items, a request does', () => {
  expect(ask('can you cook soup in under 10 minutes')).toMatchObject({
    text: 'cook soup in under 10 minutes',
    where: {},
    preferences: [{ duration_min: { lt: 10 } }],
  });
  expect(ask('can you find soup in under 10 minutes')).toMatchObject({
    text: 'soup',
    where: { duration_min: { lt: 10 } },
  });
});

test('what is negated is not searched for', () => {
  expect(ask('receipts not from Berlin')).toMatchObject({
    text: 'receipts',
    where: { category: 'receipt', and: [{ not: { place: 'Berlin' } }] },
  });
});

test('each part says what it was taken for', () => {
  expect(ask('pdfs over 50 euros').reasons).toEqual([
    expect.stringMatching(/pdfs.*kind pdf/),
    expect.stringMatching(/over 50 euros.*price above 50/),
  ]);
});

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

test.each([
  'hoe maak ik soep zonder uien',
  'come fare il pane senza lievito',
  'jak zrobić zupę bez cebuli',
  'як спекти хліб без дріжджів',
  'שיר בלי מילים',
  'كتاب عن تاريخ مصر',
  '不放辣椒的菜',
  'パスタの作り方 2人分',
])('other languages are left as they are: %s', (text) => {
  expect(ask(text)).toEqual(untouched(text));
});

test('right-to-left text beside signs and quotes keeps its words', () => {
  expect(ask('«שכר דירה» > 50 €')).toMatchObject({ exact: ['שכר דירה'], where: { price: { gt: 50 } } });
});
