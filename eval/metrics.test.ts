import { expect, test } from 'vitest';
import { ranking, score, spearman } from './metrics.ts';

const unit = (...values: number[]) => Float32Array.from(values);

test('targets are ranked by similarity, ties in their order', () => {
  expect(ranking(unit(1, 0), [unit(0, 1), unit(1, 0), unit(0, 1)])).toEqual([1, 0, 2]);
});

test('hit@k, recall and nDCG of one relevant target', () => {
  const relevant = new Map([[7, 1]]);
  expect(score('hit@1', [7, 1], relevant)).toBe(100);
  expect(score('hit@1', [1, 7], relevant)).toBe(0);
  expect(score('hit@5', [0, 1, 2, 3, 7], relevant)).toBe(100);
  expect(
    score(
      'recall@10',
      [...Array(10).keys()].map((x) => x + 10),
      relevant,
    ),
  ).toBe(0);
  expect(score('nDCG@10', [1, 7], relevant)).toBeCloseTo(100 / Math.log2(3), 10);
});

test('nDCG uses grades as gains', () => {
  const grades = new Map([
    [0, 2],
    [1, 1],
  ]);
  expect(score('nDCG@10', [0, 1, 2], grades)).toBeCloseTo(100, 10);
  expect(score('nDCG@10', [1, 0, 2], grades)).toBeCloseTo(
    (100 * (1 + 2 / Math.log2(3))) / (2 + 1 / Math.log2(3)),
    10,
  );
});

test('Spearman with ties equals a value computed by hand', () => {
  expect(spearman([1, 2, 3, 4], [10, 20, 30, 40])).toBeCloseTo(100, 10);
  expect(spearman([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-100, 10);
  // Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4: covariance 4.5, variances 4.5 and 5.
  expect(spearman([1, 2, 2, 3], [1, 3, 2, 4])).toBeCloseTo(100 * (4.5 / Math.sqrt(4.5 * 5)), 10);
});
