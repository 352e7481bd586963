import { expect, test, vi } from 'vitest';
import { createSearchPriority } from './search-priority.ts';

/** Milliseconds until `clear` resolves. */
async function waited(priority: ReturnType<typeof createSearchPriority>): Promise<number> {
  const began = performance.now();
  const free = priority.waitForSearches();
  await vi.runAllTimersAsync();
  await free;
  return performance.now() - began;
}

test('searches go first, but adding goes on', async () => {
  vi.useFakeTimers();
  const priority = createSearchPriority();
  expect(priority.isSearchActive()).toBe(false);
  expect(await waited(priority)).toBe(0);

  const [first, second] = [priority.begin(), priority.begin()];
  let isClear = false;
  const free = priority.waitForSearches().then(() => {
    isClear = true;
  });
  first();
  await vi.advanceTimersByTimeAsync(50);
  expect(isClear).toBe(false); // the second has no result yet
  second();
  await vi.advanceTimersByTimeAsync(50);
  expect(isClear).toBe(true);
  await free;

  priority.begin(); // never ends
  expect(await waited(priority)).toBeLessThan(1000);
  expect(priority.isSearchActive()).toBe(true);
});

test('for a while after a search the user is assumed to be typing', async () => {
  vi.useFakeTimers();
  const priority = createSearchPriority();
  priority.begin()();
  await vi.advanceTimersByTimeAsync(1000);
  expect(priority.isSearchActive()).toBe(true);
  await vi.advanceTimersByTimeAsync(5000);
  expect(priority.isSearchActive()).toBe(false);
});
