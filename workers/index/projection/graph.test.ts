import { expect, test } from 'vitest';
import { strengths, unite } from './graph.ts';

test('the nearest holds fully, the others less and less, and together as many as log2 says', () => {
  const weights = strengths([0.1, 0.2, 0.25, 0.5, 0.9, 1].map((distance, to) => ({ to, distance })));
  expect(weights[0]).toBe(1);
  expect(weights).toEqual(weights.toSorted((a, b) => b - a));
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(Math.log2(7), 3);
});

test('doubles hold fully, and nothing becomes infinite', () => {
  expect(strengths([0, 0, 0].map((distance, to) => ({ to, distance })))).toEqual([1, 1, 1]);
  expect(strengths([{ to: 1, distance: 0.3 }])).toEqual([1]);
  expect(strengths([])).toEqual([]);
});

test('ties count in both directions, by the probability that one of two holds', () => {
  const edges = unite([
    [
      { to: 1, distance: 0.1 },
      { to: 2, distance: 0.4 },
    ],
    [{ to: 2, distance: 0.1 }],
    [{ to: 0, distance: 0.1 }],
  ]);
  const weight = (from: number, to: number) =>
    edges.find((edge) => edge.from === from && edge.to === to)?.weight;
  expect(edges).toHaveLength(6);
  expect(weight(0, 1)).toBe(1);
  expect(weight(1, 0)).toBe(1);
  expect(weight(0, 2)).toBe(1); // 0.58 and 1 united
  expect(weight(0, 2)).toBe(weight(2, 0));
});
