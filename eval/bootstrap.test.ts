import { expect, test } from 'vitest';
import { compare, interval } from './bootstrap.ts';

test('the interval holds the mean, narrows with the questions, and is the same for the same seed', () => {
  const values = (count: number) => Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 0 : 100));
  const [few, many] = [interval(values(20), 1), interval(values(2000), 1)];
  expect(interval(values(20), 1)).toEqual(few);
  // Standard error of a share of one half: 50 / √n, at 1.96 of them.
  expect(few[0]).toBeCloseTo(50 - (1.96 * 50) / Math.sqrt(20), -1);
  expect(few[1]).toBeCloseTo(50 + (1.96 * 50) / Math.sqrt(20), -1);
  expect(many[1] - many[0]).toBeCloseTo((2 * 1.96 * 50) / Math.sqrt(2000), 0);
  expect(interval([7], 1)).toEqual([7, 7]);
});

test('questions are compared one by one', () => {
  expect(compare([0, 50, 100, 30], [10, 40, 100, 30 + 1e-12])).toEqual({ better: 1, worse: 1 });
});
