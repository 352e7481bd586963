import { expect, test, vi } from 'vitest';
import { createPrecedence } from './precedence.ts';

/** Milliseconds until `clear` resolves. */
async function cleared(precedence: ReturnType<typeof createPrecedence>): Promise<number> {
  const began = performance.now();
  const clear = precedence.clear();
  await vi.runAllTimersAsync();
  await clear;
  return performance.now() - began;
}

test('searches go first, but adding goes on', async () => {
  vi.useFakeTimers();
  const precedence = createPrecedence();
  expect(precedence.isSearched()).toBe(false);
  expect(await cleared(precedence)).toBe(0);

  const [first, second] = [precedence.begin(), precedence.begin()];
  let isClear = false;
  const clear = precedence.clear().then(() => {
    isClear = true;
  });
  first();
  await vi.advanceTimersByTimeAsync(50);
  expect(isClear).toBe(false); // the second has no result yet
  second();
  await vi.advanceTimersByTimeAsync(50);
  expect(isClear).toBe(true);
  await clear;

  precedence.begin(); // never ends
  expect(await cleared(precedence)).toBeLessThan(1000);
  expect(precedence.isSearched()).toBe(true);
});

test('for a while after a search somebody is taken to be typing', async () => {
  vi.useFakeTimers();
  const precedence = createPrecedence();
  precedence.begin()();
  await vi.advanceTimersByTimeAsync(1000);
  expect(precedence.isSearched()).toBe(true);
  await vi.advanceTimersByTimeAsync(5000);
  expect(precedence.isSearched()).toBe(false);
});
