import { expect, test, vi } from 'vitest';
import { yieldToEventLoop } from '../yield-to-event-loop.ts';
import { createSearchPriority } from './search-priority.ts';

/** Milliseconds until `clear` resolves. */
async function waited(priority: ReturnType<typeof createSearchPriority>): Promise<number> {
  const began = performance.now();
  const free = priority.waitForSearches();
  await yieldToEventLoop(); // as it does itself
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
  await yieldToEventLoop();
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

test('a search that is only a message when a forward pass ends goes before the next pass', async () => {
  vi.useRealTimers();
  const priority = createSearchPriority();
  const order: string[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const end = priority.begin();
    order.push('search');
    end();
  };
  for (let pass = 0; pass < 3; pass++) {
    await priority.waitForSearches();
    order.push(`pass ${pass}`);
    if (pass === 0) port2.postMessage(null);
  }
  port1.close();
  expect(order).toEqual(['pass 0', 'search', 'pass 1', 'pass 2']);
});
