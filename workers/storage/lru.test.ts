import { beforeEach, expect, test, vi } from 'vitest';
import { memoryStore, type Store } from './database.ts';
import { createLru } from './lru.ts';

beforeEach(() => vi.useFakeTimers());

const bytesOf = (text: string) => text.length;

function open(store: Store, limit: number) {
  const lru = createLru<string>({ store, bytesOf });
  lru.limit(limit);
  return lru;
}

test('an entry is found at once, and is in the store half a second later', async () => {
  const store = memoryStore();
  const lru = open(store, 10);
  lru.put('k', 'value');
  expect(await lru.get('k')).toBe('value');
  expect(await store.keys('')).toEqual([]);
  await vi.advanceTimersByTimeAsync(500);
  expect(await open(store, 10).get('k')).toBe('value');
});

test('flush writes pending entries', async () => {
  const store = memoryStore();
  const lru = open(store, 10);
  lru.put('k', 'value');
  await lru.flush();
  expect(await store.get('value/k')).toBe('value');
});

test('evicts the least recently used entries first, counting hits as use, also after reopening', async () => {
  const store = memoryStore();
  const first = open(store, 20);
  for (let i = 0; i < 20; i++) {
    first.put(`k${i}`, 'v');
    vi.advanceTimersByTime(1);
    await first.flush();
  }
  vi.advanceTimersByTime(120_000);
  const second = open(store, 20);
  expect(await second.get('k1')).toBe('v');
  vi.advanceTimersByTime(1000);
  for (let i = 20; i < 30; i++) second.put(`k${i}`, 'v');
  await second.flush();
  const kept = (await store.keys('value/')).length;
  expect(kept).toBeLessThanOrEqual(20);
  expect(kept).toBeGreaterThanOrEqual(18);
  const third = open(store, 20);
  expect(await third.get('k1')).toBe('v');
  expect(await third.get('k2')).toBeUndefined();
  expect(await third.get('k29')).toBe('v');
});

test('never more entries than the limit, in memory and in the store', async () => {
  const store = memoryStore();
  const lru = open(store, 7);
  for (let i = 0; i < 200; i++) {
    lru.put(`k${i}`, 'value');
    if (i % 13 === 0) await lru.flush();
    if (i % 13 === 0) expect((await store.keys('use/')).length).toBeLessThanOrEqual(7);
  }
  const { entries, bytes } = await lru.totals();
  expect(entries).toBeLessThanOrEqual(7);
  expect(bytes).toBe(entries * 5);
  expect((await store.keys('use/')).length).toBe((await store.keys('value/')).length);
});

test('limit 0 stores nothing', async () => {
  const store = memoryStore();
  const lru = open(store, 0);
  lru.put('k', 'v');
  await lru.flush();
  expect(await lru.get('k')).toBeUndefined();
  expect(await store.keys('')).toEqual([]);
});

test('if the store fails, the cache continues in memory within its limit', async () => {
  const refuse = () => Promise.reject(new Error('no storage here'));
  const lru = open({ get: refuse, set: refuse, entries: refuse, keys: refuse, remove: refuse }, 3);
  for (let i = 0; i < 5; i++) lru.put(`k${i}`, 'v');
  await lru.flush();
  expect(await lru.get('k4')).toBe('v');
  expect(await lru.get('k0')).toBeUndefined();
  expect(await lru.totals()).toEqual({ entries: 3, bytes: 3 });
  await lru.clear();
  expect(await lru.get('k4')).toBeUndefined();
});

test('clear empties memory and store, pending entries included', async () => {
  const store = memoryStore();
  const lru = open(store, 10);
  lru.put('a', 'v');
  await lru.flush();
  lru.put('b', 'v');
  await lru.clear();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await store.keys('')).toEqual([]);
  expect(await lru.get('a')).toBeUndefined();
});
