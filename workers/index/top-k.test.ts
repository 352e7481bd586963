import { expect, test } from 'vitest';
import { createTopK } from './top-k.ts';

test('a score that is no number is no hit, and moves no other', () => {
  const scores = [0.3, Number.NaN, 0.9, 0.1, Number.NaN, 0.7, 0.5, Number.NaN];
  const best = createTopK(3);
  for (const [row, score] of scores.entries()) best.offer(row, score);
  expect(best.sorted().map(({ row }) => row)).toEqual([2, 5, 6]);
});

test('the best of many, equal ones in the order of their rows', () => {
  const best = createTopK(4);
  for (const [row, score] of [1, 5, 5, 3, 5, 2, 5].entries()) best.offer(row, score);
  expect(best.sorted()).toEqual([1, 2, 4, 6].map((row) => ({ row, score: 5 })));
});
