/** How many threads these models run fastest with on this machine: measured at the first load, then remembered. */
import type { Facts } from '../storage/facts.ts';
import type { OpenedModels } from './open-models.ts';

/** Something opened for one thread count, that can be measured and given up again. */
export interface Candidate {
  models: OpenedModels;
  dispose(): Promise<void>;
}

/** A text of everyday length. */
const TEXT = 'What is the name of the river that runs through the capital, and who built the oldest bridge?';
const RUNS = 5;
const TOKENS = 8;

/**
 * @param counts worth trying; more threads can be slower, since they wait for each other at every small operator
 * @param key what the answer depends on besides the machine: the models
 */
export async function fastest<T extends Candidate>(
  counts: readonly number[],
  key: string,
  facts: Facts,
  open: (threads: number) => Promise<T>,
): Promise<T> {
  const name = `threads/${key}/${navigator.hardwareConcurrency}`;
  const known = (await facts.get(name)) as number | undefined;
  const [first, ...others] = counts as [number, ...number[]];
  if (others.length === 0 || (known !== undefined && counts.includes(known))) return open(known ?? first);
  let best = { count: first, opened: await open(first), ms: 0 };
  best.ms = await measure(best.opened.models);
  for (const count of others) {
    const opened = await open(count);
    const ms = await measure(opened.models);
    const [winner, loser] = ms < best.ms ? [{ count, opened, ms }, best] : [best, { count, opened, ms }];
    await loser.opened.dispose();
    best = winner;
  }
  await facts.set(name, best.count);
  return best.opened;
}

/** Milliseconds for a short text and, where there is a local reasoner, for the beginning of a thought. */
async function measure({ embedder, reasoner }: OpenedModels): Promise<number> {
  const { signal } = new AbortController();
  const item = { images: [], text: TEXT, instruction: '', trace: null, role: 'query' as const };
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    for await (const _ of embedder.run.encode([item], signal));
    times.push(performance.now() - began);
  }
  const encode = times.sort((a, b) => a - b)[RUNS >> 1] as number;
  if (!reasoner) return encode;
  const began = performance.now();
  await reasoner.thinker.rehearse({ text: TEXT, mode: 'answer' }, TOKENS, signal);
  return encode + performance.now() - began;
}
