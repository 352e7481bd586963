import { expect, test } from 'vitest';
import { fuse } from './fusion.ts';

test('one ranking stays as it is', () => {
  expect(fuse([['a', 'b', 'c']])).toEqual(['a', 'b', 'c']);
  expect(fuse([])).toEqual([]);
});

test('being in both rankings beats being first in one', () => {
  expect(
    fuse([
      ['a', 'b'],
      ['c', 'b'],
    ]),
  ).toEqual(['b', 'a', 'c']);
});

test('scores are sums of 1 / (60 + rank): twice rank 61 beats once rank 1, twice rank 63 does not', () => {
  const filler = (name: string) => Array.from({ length: 62 }, (_, i) => `${name}${i}`);
  const first = ['once', ...filler('x')];
  const second = filler('y');
  const order = fuse([first.with(60, 'twice'), second.with(60, 'twice')]);
  expect(order.slice(0, 2)).toEqual(['twice', 'once']);
  const later = fuse([
    [...first.slice(0, 62), 'twice'],
    [...second, 'twice'],
  ]);
  expect(later.slice(0, 3)).toEqual(['once', 'y0', 'twice']);
});
