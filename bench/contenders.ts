/** The two sides of a comparison, and how they are measured. */
import { connectWorker } from '../e2e/harness/rpc-page.ts';
import type { Embedder, EmbedderOptions } from '../src/index.ts';
import type { Peer } from './peer.worker.ts';
import { type Comparison, type Contender, type Entry, measureRounds, type Plan } from './rounds.ts';
import { startSpinTest } from './spin.ts';

/** The peer's functions, called in its worker. */
export type PeerCalls = {
  [Name in keyof Peer]: (...args: Parameters<Peer[Name]>) => Promise<Awaited<ReturnType<Peer[Name]>>>;
} & { terminate(): void };

export async function startPeer(threads: number | null): Promise<PeerCalls> {
  const worker = connectWorker(new Worker(new URL('./peer.worker.ts', import.meta.url), { type: 'module' }));
  const calls = new Proxy({} as PeerCalls, {
    get(_target, name: string) {
      if (name === 'terminate') return () => worker.terminate();
      if (name === 'then') return undefined;
      return (...args: unknown[]) => worker.call(name, args);
    },
  });
  await calls.setup(threads);
  return calls;
}

/** `npm run bench -- --no-custom-operators` */
const customOperators = !new URLSearchParams(location.search).has('no-custom-operators');

/** Our side: the public API of the built package. Result caches are off, so every call computes. */
export async function startOurs(options: EmbedderOptions): Promise<Embedder> {
  const url = '/dist/index.js';
  const { createEmbedder } = (await import(/* @vite-ignore */ url)) as typeof import('../src/index.ts');
  return createEmbedder({ cache: { vectors: 0, traces: 0 }, customOperators, ...options });
}

/** Starts a contender with the given number of threads. */
export type Start = (threads: number) => Promise<Contender>;

const THREADS = crossOriginIsolated && navigator.hardwareConcurrency > 1 ? [2, 1] : [1];

/** Runs both sides with each thread count. Our default is to use all threads; the peer has no such default. */
export async function compareThreads(ours: Start, theirs: Start, plan: Plan): Promise<Comparison> {
  const enter = async (start: Start) => {
    const entries: Entry[] = [];
    for (const threads of THREADS) entries.push({ threads, contender: await start(threads) });
    return entries;
  };
  return measure(await enter(ours), await enter(theirs), plan);
}

/** One contender on each side. */
export const compare = (ours: Contender, theirs: Contender, plan: Plan): Promise<Comparison> =>
  measure([{ threads: null, contender: ours }], [{ threads: null, contender: theirs }], plan);

async function measure(ours: Entry[], theirs: Entry[], plan: Plan): Promise<Comparison> {
  const spinTest = await startSpinTest();
  try {
    return await measureRounds(ours, theirs, plan, spinTest.isBusy);
  } finally {
    spinTest.end();
  }
}

/** Milliseconds that a call takes, measured in the page. */
export async function timed(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}
