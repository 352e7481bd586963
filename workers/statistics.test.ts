import { expect, test } from 'vitest';
import { mean, median } from './statistics.ts';

test('mean and median; both are 0 for no values', () => {
  expect([mean([]), median([])]).toEqual([0, 0]);
  expect(mean([1, 2, 6])).toBe(3);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
