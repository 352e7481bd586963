import { expect, test } from 'vitest';
import { memoryStore, type Store } from '../storage/database.ts';
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

test('a filter reads the metadata, not the items; of segments of earlier versions, which have it there only, the items', async () => {
  const store = memoryStore();
  const first = await world(store).tab();
  await first.append([item('a', { n: 1 }), item('b', { n: 2 })]);
  await first.append([item('c', { n: 1 })]);
  await first.remove('a');
  const read: string[] = [];
  const watched: Store = {
    ...store,
    get(key) {
      read.push(key);
      return store.get(key);
    },
    entries(prefix) {
      read.push(prefix);
      return store.entries(prefix);
    },
  };
  const found = async () => {
    read.length = 0;
    const tab = await world(watched).tab();
    return tab.read(async ({ catalog }) => {
      const { mask } = await catalog.allowed({ n: 1 });
      const rows = [...mask.keys()].filter((row) => mask[row] === 1);
      const pages = read.filter((key) => key.includes('/page/')).length;
      return { ids: (await catalog.items(rows)).map(({ id }) => id), pages };
    });
  };
  expect(await found()).toEqual({ ids: ['c'], pages: 0 });
  const keys = (await store.keys('index/')).filter((key) => key.endsWith('/fields'));
  expect(keys).toHaveLength(2);
  await store.remove(keys);
  expect(await found()).toEqual({ ids: ['c'], pages: 2 });
});
