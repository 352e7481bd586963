/** The two sides of a comparison, and how they are measured against each other. */
import { connectWorker } from '../e2e/harness/rpc-page.ts';
import type { Embedder, EmbedderOptions } from '../src/index.ts';
import type { Peer } from './peer.worker.ts';
import { median, type Row } from './row.ts';

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

/** Ours through the public API, as built. Caches of results are off: every call computes. */
export async function startOurs(options: EmbedderOptions): Promise<Embedder> {
  const url = '/dist/index.js';
  const { createEmbedder } = (await import(/* @vite-ignore */ url)) as typeof import('../src/index.ts');
  return createEmbedder({ cache: { vectors: 0, traces: 0 }, ...options });
}

/** Something that can be measured: one call of `run` gives one figure. */
export interface Contender {
  run(): Promise<number>;
  end(): void | Promise<void>;
}

export interface Chosen {
  side: Contender;
  threads: number;
}

/** Measures with one and with two threads, each warm (engines optimise what has run often), and keeps the faster; the other is ended. */
export async function atBestThreads(
  start: (threads: number) => Promise<Contender>,
  tries = 3,
): Promise<Chosen> {
  const counts = crossOriginIsolated && navigator.hardwareConcurrency > 1 ? [1, 2] : [1];
  const tried: (Chosen & { median: number })[] = [];
  for (const threads of counts) {
    const side = await start(threads);
    tried.push({ side, threads, median: median(await repeat(side, tries, tries)) });
  }
  tried.sort((a, b) => a.median - b.median);
  for (const { side } of tried.slice(1)) await side.end();
  return tried[0] as Chosen;
}

/** Runs both in turn, A B A B, and ends them. Both must be warm. */
export async function compare(
  ours: Chosen,
  theirs: Chosen,
  rounds: number,
): Promise<Pick<Row, 'ours' | 'theirs' | 'ratio' | 'threads'>> {
  const figures: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    figures.ours.push(await ours.side.run());
    figures.theirs.push(await theirs.side.run());
  }
  await ours.side.end();
  await theirs.side.end();
  const [a, b] = [median(figures.ours), median(figures.theirs)];
  return { ours: a, theirs: b, ratio: b / a, threads: { ours: ours.threads, theirs: theirs.threads } };
}

/** Milliseconds that a call takes, as the page sees it. */
export async function timed(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

async function repeat(side: Contender, warmups: number, runs: number): Promise<number[]> {
  for (let run = 0; run < warmups; run++) await side.run();
  const figures: number[] = [];
  for (let run = 0; run < runs; run++) figures.push(await side.run());
  return figures;
}
