import { describe, expect, it } from 'vitest';
import { mropePositions, plainPositions } from './positions.ts';

describe('positions', () => {
  it('counts plainly without images', () => {
    const at = mropePositions([5, 6, 7], 99, []);
    expect([0, 1, 2, 3, 4].map((i) => at(i, 0))).toEqual([0, 1, 2, 3, 4]);
    expect([0, 1, 2, 3, 4].map((i) => at(i, 2))).toEqual([0, 1, 2, 3, 4]);
    expect(plainPositions(3, 1)).toBe(3);
  });

  it('spreads an image over its grid and goes on after its longest side', () => {
    const image = Array.from({ length: 6 }, () => 99);
    const at = mropePositions([1, 2, ...image, 3, 4], 99, [[1, 2, 3]]);
    const axis = (n: number): number[] => Array.from({ length: 12 }, (_, i) => at(i, n));
    expect(axis(0)).toEqual([0, 1, 2, 2, 2, 2, 2, 2, 5, 6, 7, 8]);
    expect(axis(1)).toEqual([0, 1, 2, 2, 2, 3, 3, 3, 5, 6, 7, 8]);
    expect(axis(2)).toEqual([0, 1, 2, 3, 4, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('takes neighbouring images one after the other', () => {
    const at = mropePositions([99, 99, 99, 99, 7], 99, [
      [1, 1, 2],
      [1, 2, 1],
    ]);
    expect([0, 1, 2, 3, 4].map((i) => [at(i, 0), at(i, 1), at(i, 2)])).toEqual([
      [0, 0, 0],
      [0, 0, 1],
      [2, 2, 2],
      [2, 3, 2],
      [4, 4, 4],
    ]);
  });
});
