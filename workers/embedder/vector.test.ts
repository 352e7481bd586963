import { expect, test } from 'vitest';
import { pacer, planBatches } from './batches.ts';
import { pool } from './pooling.ts';
import { cosine, meanDirection, mix, normalize, shorten } from './vector.ts';

const close = (a: ArrayLike<number>, b: number[]) =>
  Array.from(a).forEach((x, i) => {
    expect(x).toBeCloseTo(b[i] as number, 6);
  });

test('normalize returns unit vectors and keeps a zero vector', () => {
  close(normalize(Float32Array.of(3, 4)), [0.6, 0.8]);
  close(normalize(Float32Array.of(0, 0)), [0, 0]);
});

test('mix interpolates from a to b and returns unit vectors', () => {
  const a = Float32Array.of(1, 0);
  const b = Float32Array.of(0, 1);
  close(mix(a, b, 0), [1, 0]);
  close(mix(a, b, 1), [0, 1]);
  close(mix(a, b, 0.5), [Math.SQRT1_2, Math.SQRT1_2]);
});

test('meanDirection of opposite weights', () => {
  close(meanDirection([Float32Array.of(1, 0), Float32Array.of(0, 1)]), [Math.SQRT1_2, Math.SQRT1_2]);
});

test('shorten truncates and normalises again', () => {
  close(shorten(normalize(Float32Array.of(3, 4, 12)), 2), [0.6, 0.8]);
});

test('cosine', () => {
  expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 12);
  expect(cosine([1, 0], [0, 1])).toBe(0);
});

test('pooling modes use the right rows and ignore padding', () => {
  // two texts of 2 and 1 tokens, hidden 2, padded to 3
  const states = Float32Array.of(1, 0, 0, 1, 9, 9, 0, 2, 9, 9, 9, 9);
  const dims = [2, 3, 2];
  const mean = pool(states, dims, [2, 1], 'mean');
  close(mean[0] as Float32Array, [Math.SQRT1_2, Math.SQRT1_2]);
  close(mean[1] as Float32Array, [0, 1]);
  close(pool(states, dims, [2, 1], 'last')[0] as Float32Array, [0, 1]);
  close(pool(states, dims, [2, 1], 'cls')[0] as Float32Array, [1, 0]);
});

test('the output of a graph that pools is only normalised', () => {
  close(pool(Float32Array.of(3, 4), [1, 2], [7], 'mean')[0] as Float32Array, [0.6, 0.8]);
});

test('batches group similar lengths, respect the budget, and contain every text', () => {
  const lengths = [5, 100, 6, 7, 90, 300, 2];
  const groups = planBatches(lengths, 200);
  expect(groups.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  for (const group of groups) {
    const longest = Math.max(...group.map((i) => lengths[i] as number));
    expect(group.length === 1 || longest * group.length <= 200).toBe(true);
  }
  expect(groups).toEqual([[5], [1, 4], [3, 2, 0, 6]]);
});

test('a text that is much shorter is not padded', () => {
  expect(planBatches([24, 180, 175, 20])).toEqual([
    [1, 2],
    [0, 3],
  ]);
});

test('long work pauses every few milliseconds', () => {
  let now = 0;
  const mayPause = pacer(() => now);
  const pauses: number[] = [];
  for (; now < 40; now += 3) if (mayPause()) pauses.push(now);
  expect(pauses).toEqual([9, 18, 27, 36]);
});
