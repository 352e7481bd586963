import { expect, test } from 'vitest';
import { plainUnderstood } from './plain-understood.ts';

test('parts that are left out are empty', () => {
  expect(plainUnderstood({ text: 'rent' }, undefined)).toEqual({
    ...{ text: 'rent', not: [], where: {}, exact: [], preferences: [], sort: null, reasons: [] },
  });
});

test.each<[string, unknown, RegExp]>([
  ['null', null, /query\.understood: give/],
  ['no text', {}, /understood\.text/],
  ['no array', { text: 'a', not: 'b' }, /understood\.not/],
  ['no filter', { text: 'a', where: [] }, /understood\.where/],
  ['no order', { text: 'a', sort: 'price' }, /understood\.sort/],
  ['no field', { text: 'a', sort: { direction: 'asc' } }, /understood\.sort/],
  ['no direction', { text: 'a', sort: { field: 'price', direction: 'up' } }, /understood\.sort/],
  ['no filters', { text: 'a', preferences: {} }, /understood\.preferences/],
])('%s is refused in words', (_, given, message) => {
  expect(() => plainUnderstood(given as never, undefined)).toThrow(message);
});

test('text and understood together are refused', () => {
  expect(() => plainUnderstood({ text: 'a' }, 'b')).toThrow(/not both/);
});
