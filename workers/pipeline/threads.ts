/**
 * How many threads these models run fastest with on this machine. A first load takes the most and is done; the others are tried when
 * nothing else is to do, and the answer is remembered for the loads to come.
 */
import type { Measurements } from '../storage/measurements.ts';
import type { OpenedModels } from './open-models.ts';
import type { Queue } from './queue.ts';

/** Something opened for one thread count, that can be measured and given up again. */
export interface Candidate {
  runtime: { threads: number };
  models: OpenedModels;
  dispose(): Promise<void>;
}

/** A text of everyday length. */
const TEXT = 'What is the name of the river that runs through the capital, and who built the oldest bridge?';
/** Engines optimise what has run often; models just opened would be at a disadvantage. */
const WARMUPS = 10;
const RUNS = 5;
const TOKENS = 8;

/**
 * @param counts worth trying; more threads can be slower, since they wait for each other at every small operator
 * @param key what the answer depends on besides the machine: the models
 */
export function threadChoice(counts: readonly number[], key: string, measurements: Measurements) {
  const name = `threads/${key}/${counts.join()}`;

  async function known(): Promise<number | null> {
    if (counts.length === 1) return counts[0] as number;
    const found = (await measurements.get(name)) as number | undefined;
    return found !== undefined && counts.includes(found) ? found : null;
  }

  return {
    /** The fastest that is known, else the most. */
    best: async () => (await known()) ?? Math.max(...counts),

    /** Measures what is in use against the others, one of which at a time is in memory beside it. Never fails. */
    async compare(used: Candidate, open: (threads: number) => Promise<Candidate>, queue: Queue) {
      if ((await known()) !== null) return;
      const { signal } = new AbortController();
      const timed = (candidate: Candidate) => queue.run(() => measure(candidate.models), signal);
      try {
        let best = { count: used.runtime.threads, ms: await timed(used) };
        for (const count of counts.filter((other) => other !== used.runtime.threads)) {
          const other = await open(count);
          const ms = await timed(other).finally(other.dispose);
          if (ms < best.ms) best = { count, ms };
        }
        await measurements.set(name, best.count);
      } catch {
        // Most often too little memory for two: the next load tries again.
      }
    },
  };
}

/** Milliseconds for a short text and, where there is a local reasoner, for the beginning of a thought. */
async function measure({ embedder, reasoner }: OpenedModels): Promise<number> {
  const { signal } = new AbortController();
  const item = { images: [], text: TEXT, instruction: '', trace: null, role: 'query' as const };
  const times: number[] = [];
  for (let run = 0; run < WARMUPS + RUNS; run++) {
    const began = performance.now();
    for await (const _ of embedder.run.encode([item], signal));
    if (run >= WARMUPS) times.push(performance.now() - began);
  }
  const encode = times.sort((a, b) => a - b)[RUNS >> 1] as number;
  if (!reasoner) return encode;
  const began = performance.now();
  await reasoner.traceSource.smokeTest({ text: TEXT, mode: 'answer' }, TOKENS, signal);
  return encode + performance.now() - began;
}
