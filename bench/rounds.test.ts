import { expect, test } from 'vitest';
import { type Entry, measureRounds } from './rounds.ts';

const order: string[] = [];

/** An entry whose runs return the given figures in order, beginning with the warm-up's. */
function entry(name: string, threads: number, figures: number[]): Entry {
  const left = [...figures];
  const run = async () => {
    order.push(name);
    return left.shift() as number;
  };
  return { threads, contender: { run, end: () => void order.push(`${name} ends`) } };
}

test('contenders alternate; the peer is judged by its better thread count, ours by its default; reports the worst and the busy rounds', async () => {
  const ours = [entry('ours 2', 2, [9, 1, 2, 4]), entry('ours 1', 1, [9, 3, 3, 3])];
  const theirs = [entry('peer 2', 2, [9, 30, 30, 30]), entry('peer 1', 1, [9, 10, 10, 12])];
  const busy = [false, false, false, true, false, false];
  const result = await measureRounds(
    ours,
    theirs,
    { runs: 1, warmups: 1 },
    async () => busy.shift() as boolean,
  );
  expect(result).toEqual({
    ours: {
      threads: 2,
      median: 2,
      best: 1,
      worst: 4,
      otherThreads: { threads: 1, median: 3, best: 3, worst: 3 },
    },
    theirs: {
      threads: 1,
      median: 10,
      best: 10,
      worst: 12,
      otherThreads: { threads: 2, median: 30, best: 30, worst: 30 },
    },
    ratio: { median: 5, worst: 3 },
    rounds: 3,
    busyRounds: 1,
  });
  const names = ['ours 2', 'ours 1', 'peer 2', 'peer 1'];
  expect(order).toEqual([...names, ...names, ...names, ...names, ...names.map((name) => `${name} ends`)]);
});

test('the figure of a round is the median of its runs', async () => {
  const run = (figures: number[]) => [{ ...entry('x', 1, figures), threads: null }];
  const result = await measureRounds(
    run([1, 1, 100, 2, 2, 2]),
    run([4, 4, 4, 6, 1, 6]),
    { runs: 3, warmups: 0, rounds: 2 },
    async () => false,
  );
  expect(result.ours).toEqual({ threads: null, median: 1.5, best: 1, worst: 2, otherThreads: null });
  expect(result.ratio).toEqual({ median: 3.5, worst: 3 });
});
