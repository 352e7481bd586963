import { expect, test } from 'vitest';
import { memoryStore } from '../storage/database.ts';
import { createMeasurements } from '../storage/measurements.ts';
import { createQueue } from './queue.ts';
import { type Candidate, threadChoice } from './threads.ts';

/** Models that take so long for a text. */
function candidate(threads: number, ms: number, disposed: number[] = []): Candidate {
  const encode = async function* () {
    await new Promise((resolve) => setTimeout(resolve, ms));
    yield [];
  };
  const models = { embedder: { run: { encode } }, reasoner: null };
  return {
    runtime: { threads },
    models: models as unknown as Candidate['models'],
    dispose: async () => void disposed.push(threads),
  };
}

test('a first load takes the most threads; the fastest is used from then on', async () => {
  const measurements = createMeasurements(memoryStore());
  const choice = threadChoice([1, 2, 4], 'model', measurements);
  expect(await choice.best()).toBe(4);
  const disposed: number[] = [];
  const times: Record<number, number> = { 1: 12, 2: 2 };
  await choice.compare(
    candidate(4, 25),
    async (threads) => candidate(threads, times[threads] as number, disposed),
    createQueue(),
  );
  expect(disposed).toEqual([1, 2]);
  expect(await threadChoice([1, 2, 4], 'model', measurements).best()).toBe(2);
  // Other models, or counts that are not possible any more, are another question.
  expect(await threadChoice([1, 2, 4], 'other', measurements).best()).toBe(4);
  expect(await threadChoice([1, 4], 'model', measurements).best()).toBe(4);
});

test('what is known is not measured again, and a comparison that fails decides nothing', async () => {
  const store = memoryStore();
  const measurements = createMeasurements(store);
  const choice = threadChoice([1, 2], 'model', measurements);
  const fails = () => Promise.reject(new Error('no memory for two'));
  await choice.compare(candidate(2, 1), fails, createQueue());
  expect(await store.keys('fact/')).toEqual([]);
  await choice.compare(candidate(2, 1), async () => candidate(1, 10), createQueue());
  expect(await choice.best()).toBe(2);
  await choice.compare(candidate(2, 1), fails, createQueue());
  expect(await choice.best()).toBe(2);
});
