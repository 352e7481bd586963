import { describe, expect, it } from 'vitest';
import type { Tensor } from '../runtime/types.ts';
import { commonPrefix, createPrefixCache } from './prefix-cache.ts';

function snapshotOf(ids: number[]): {
  snapshot: Parameters<ReturnType<typeof createPrefixCache>['put']>[0];
  disposed: () => number;
} {
  let disposed = 0;
  const tensor = { dispose: () => disposed++ } as unknown as Tensor;
  return { snapshot: { ids, cache: { a: tensor }, kept: { h: [tensor, tensor] } }, disposed: () => disposed };
}

describe('prefix cache', () => {
  it('finds the longest kept prefix that leaves a token to compute', () => {
    const cache = createPrefixCache();
    cache.put(snapshotOf([1, 2]).snapshot);
    cache.put(snapshotOf([1, 2, 3]).snapshot);
    expect(cache.find([1, 2, 3, 4])?.ids).toEqual([1, 2, 3]);
    expect(cache.find([1, 2, 3])?.ids).toEqual([1, 2]);
    expect(cache.find([1, 2])).toBeNull();
    expect(cache.find([2, 1, 3])).toBeNull();
  });

  it('drops and frees what was unused for longest', () => {
    const cache = createPrefixCache();
    const all = [[1], [2], [3], [4]].map(snapshotOf);
    for (const { snapshot } of all.slice(0, 3)) cache.put(snapshot);
    cache.find([1, 9]);
    cache.put((all[3] as (typeof all)[number]).snapshot);
    expect(all.map(({ disposed }) => disposed())).toEqual([0, 3, 0, 0]);
    expect(cache.find([2, 9])).toBeNull();
    cache.clear();
    expect(all.map(({ disposed }) => disposed())).toEqual([3, 3, 3, 3]);
  });

  it('measures common beginnings', () => {
    expect(commonPrefix([1, 2, 3], [1, 2, 4])).toBe(2);
    expect(commonPrefix([1], [1, 2])).toBe(1);
    expect(commonPrefix([], [1])).toBe(0);
  });
});
