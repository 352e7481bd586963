import { expect, test } from 'vitest';
import { compareRankings, type Ranking, scoreLoss } from './ranking-comparison.ts';

const ranking = (...ids: string[]): Ranking => ids.map((id, i) => ({ id, score: 1 - i / 10 }));

test('equal rankings: nothing moved', () => {
  const pair = { before: ranking('a', 'b', 'c'), after: ranking('a', 'b', 'c') };
  expect(compareRankings([pair, pair], 3)).toEqual({ overlap: 1, sameFirst: 1, rankChange: 0, moved: [] });
  expect(scoreLoss([pair])).toEqual({ mean: 0, largest: 0 });
});

test('overlap, first hits, changes of rank, and what moved most', () => {
  const report = compareRankings(
    [
      { before: ranking('a', 'b', 'c', 'd'), after: ranking('b', 'a', 'c', 'x') },
      { before: ranking('a', 'b', 'c', 'd'), after: ranking('a', 'd', 'x', 'y') },
    ],
    4,
  );
  expect(report.overlap).toBe((3 / 4 + 2 / 4) / 2);
  expect(report.sameFirst).toBe(0.5);
  // b +1, a −1, c 0; a 0, d +2.
  expect(report.rankChange).toBe(4 / 5);
  expect(report.moved[0]).toEqual({ id: 'x', entered: 2, left: 0, rankDelta: null });
  expect(report.moved).toContainEqual({ id: 'd', entered: 0, left: 1, rankDelta: 2 });
  expect(report.moved).toContainEqual({ id: 'a', entered: 0, left: 0, rankDelta: -0.5 });
  expect(report.moved.at(-1)?.id).toBe('a');
});

test('at most ten of those that moved', () => {
  const ids = Array.from({ length: 30 }, (_, i) => `i${i}`);
  const pair = { before: ranking(...ids.slice(0, 15)), after: ranking(...ids.slice(15)) };
  expect(compareRankings([pair], 15).moved).toHaveLength(10);
  expect(compareRankings([pair], 15).overlap).toBe(0);
});

test('score lost by a worse hit, and by a missing one', () => {
  const before = [
    { id: 'a', score: 0.9 },
    { id: 'b', score: 0.8 },
    { id: 'c', score: 0.5 },
  ];
  const after = [
    { id: 'a', score: 0.9 },
    { id: 'x', score: 0.7 },
  ];
  const loss = scoreLoss([{ before, after }]);
  expect(loss.mean).toBeCloseTo((0 + 0.1 + 0.5) / 3, 10);
  expect(loss.largest).toBeCloseTo(0.5, 10);
});

test('no queries at all', () => {
  expect(compareRankings([], 10)).toEqual({ overlap: 0, sameFirst: 0, rankChange: 0, moved: [] });
  expect(scoreLoss([])).toEqual({ mean: 0, largest: 0 });
});
