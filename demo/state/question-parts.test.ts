import { expect, test } from 'vitest';
import { hasParts, partsOf } from './question-parts.ts';

const understood = {
  text: 'rent',
  not: ['Berlin', 'heating'],
  where: {
    kind: 'pdf',
    and: [{ price: { gte: 20, lt: 50 } }, { or: [{ tag: 'a' }, { tag: { in: ['b', 'c'] } }] }],
  },
  exact: ['July bill'],
  preferences: [{ year: 2024 }],
  sort: { field: 'price', direction: 'asc' as const },
  reasons: ['Taken from “pdf”.'],
};
const find = (id: string) => {
  const part = partsOf(understood).find((one) => one.id === id);
  if (!part) throw new Error(`no part ${id}`);
  return part;
};

test('each condition, word and exclusion is a part of its own', () => {
  expect(partsOf(understood).map(({ kind, label }) => [kind, label])).toEqual([
    ['text', 'rent'],
    ['where', 'kind = pdf'],
    ['where', 'price ≥ 20, < 50'],
    ['where', 'tag = a or tag = b or c'],
    ['preference', 'year = 2024'],
    ['exact', 'July bill'],
    ['not', 'Berlin'],
    ['not', 'heating'],
    ['sort', 'price ↑'],
  ]);
  expect(hasParts(understood)).toBe(true);
  const none = { ...understood, not: [], where: {}, exact: [], preferences: [] };
  expect(hasParts(none)).toBe(true);
  expect(hasParts({ ...none, sort: null })).toBe(false);
});

test('a part is left out, and the others stay', () => {
  expect(find('where-0').removed?.where).toEqual({
    and: [{ price: { gte: 20, lt: 50 } }, { or: [{ tag: 'a' }, { tag: { in: ['b', 'c'] } }] }],
  });
  expect(find('not-0').removed).toEqual({ ...understood, not: ['heating'] });
  expect(find('preference-0').removed?.preferences).toEqual([]);
  expect(find('sort-0').removed).toEqual({ ...understood, sort: null });
  expect(find('text').removed).toBeNull();
});

test('words, values and bounds can be changed', () => {
  const [from, below] = find('where-1').values;
  expect([from?.sign, from?.value, below?.sign, below?.value]).toEqual(['≥', 20, '<', 50]);
  expect(below?.changed(80).where.and?.[1]).toEqual({ price: { gte: 20, lt: 80 } });
  expect(find('where-0').values[0]?.changed('jpeg').where.and?.[0]).toEqual({ kind: 'jpeg' });
  expect(find('exact-0').values[0]?.changed('June bill').exact).toEqual(['June bill']);
  expect(find('text').values[0]?.changed('lease').text).toBe('lease');
  expect(find('where-2').values).toEqual([]); // several fields: it can only be left out
});
