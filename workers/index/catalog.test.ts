import { expect, test } from 'vitest';
import { memoryStore } from '../storage/database.ts';
import { item, world } from '../testing/collections.ts';

test('a filter that is used again sees what was added and deleted since', async () => {
  const tab = await world(memoryStore()).tab();
  const count = (where: object) =>
    tab.read(async ({ catalog }) => {
      const { mask, count } = await catalog.allowed(where as never);
      expect(mask.reduce((sum, one) => sum + one, 0)).toBe(count);
      return count;
    });
  await tab.append([item('a', { n: 1 }), item('b', { n: 2 }), item('c', { n: 1 })]);
  expect([await count({ n: 1 }), await count({ n: 1 }), await count({})]).toEqual([2, 2, 3]);
  await tab.remove('a');
  expect([await count({ n: 1 }), await count({})]).toEqual([1, 2]);
  await tab.append([item('d', { n: 1 })]);
  expect([await count({ n: 1 }), await count({ n: 2 })]).toEqual([2, 1]);
  await tab.compact();
  expect(await count({ n: 1 })).toBe(2);
});

test('a mask may be changed by who asked for it, and numbers that JSON does not know are told apart', async () => {
  const tab = await world(memoryStore()).tab();
  await tab.append([item('a', { n: 1 }), item('b', { n: null })]);
  await tab.read(async ({ catalog }) => {
    (await catalog.allowed({ n: 1 })).mask.fill(0);
    expect((await catalog.allowed({ n: 1 })).count).toBe(1);
    expect((await catalog.allowed({ n: null })).count).toBe(1);
    expect((await catalog.allowed({ n: Number.NaN })).count).toBe(0);
    expect((await catalog.allowed({ n: { lt: Number.POSITIVE_INFINITY } })).count).toBe(1);
    expect((await catalog.allowed({ n: { lt: Number.NEGATIVE_INFINITY } })).count).toBe(0);
  });
});
