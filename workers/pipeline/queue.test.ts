import { expect, test } from 'vitest';
import { createQueue } from './queue.ts';

const never = new AbortController().signal;

test('jobs run one after the other, in order', async () => {
  const queue = createQueue();
  const seen: string[] = [];
  const job = (name: string, ms: number) => async () => {
    seen.push(`${name} starts`);
    await new Promise((resolve) => setTimeout(resolve, ms));
    seen.push(`${name} ends`);
    return name;
  };
  const results = await Promise.all([queue.run(job('a', 20), never), queue.run(job('b', 1), never)]);
  expect(results).toEqual(['a', 'b']);
  expect(seen).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
});

test('urgent jobs go before those that wait, and not before the one that runs', async () => {
  const queue = createQueue();
  const seen: string[] = [];
  const job = (name: string) => async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    seen.push(name);
  };
  await Promise.all([
    queue.run(job('a'), never),
    queue.run(job('b'), never),
    queue.run(job('c'), never),
    queue.run(job('query 1'), never, true),
    queue.run(job('query 2'), never, true),
  ]);
  expect(seen).toEqual(['a', 'query 1', 'query 2', 'b', 'c']);
});

test('a failed job fails alone', async () => {
  const queue = createQueue();
  const failing = queue.run(() => Promise.reject(new Error('no')), never);
  const next = queue.run(async () => 'yes', never);
  await expect(failing).rejects.toThrow('no');
  await expect(next).resolves.toBe('yes');
});

test('an aborted job does not start', async () => {
  const queue = createQueue();
  const abort = new AbortController();
  let started = false;
  const first = queue.run(() => new Promise((resolve) => setTimeout(resolve, 10)), never);
  const second = queue.run(async () => {
    started = true;
  }, abort.signal);
  abort.abort();
  await first;
  await expect(second).rejects.toMatchObject({ name: 'AbortError' });
  expect(started).toBe(false);
});
