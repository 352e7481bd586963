/** Builds each engine over one collection and times its queries. */
import { serve } from '../../e2e/harness/rpc.worker.ts';
import type { SearchRow } from '../row.ts';
import { type Engine, hnswlib, orama, ours, plain } from './engines.ts';
import { type Collection, enlarged, row, shortened } from './vectors.ts';

const K = 10;

export interface Task {
  name: string;
  /** Real vectors; the last `queries` of them serve as queries and are not indexed. */
  real: Collection;
  size: number;
  dimensions: number;
  queries: number;
  peers: ('orama' | 'hnswlib')[];
}

const peer = { orama, hnswlib };

export async function measure({ name, real, size, dimensions, queries, peers }: Task): Promise<SearchRow[]> {
  const short = shortened(real, dimensions);
  const kept = short.count - queries;
  const collection = enlarged(
    { ...short, count: kept, vectors: short.vectors.subarray(0, kept * dimensions) },
    size,
    11,
  );
  const asked = Array.from({ length: queries }, (_, i) => row(short, kept + i));

  const engines: { engine: Engine; build: number; times: number[]; found: number }[] = [];
  for (const make of [plain, ours, ...peers.map((which) => peer[which])]) {
    const began = performance.now();
    const engine = await make(collection);
    const build = performance.now() - began - (engine.open ?? 0);
    await engine.query(asked[0]!, K); // warm-up
    engines.push({ engine, build, times: [], found: 0 });
  }
  for (const vector of asked) {
    let exact: Set<number> | undefined;
    for (const each of engines) {
      const began = performance.now();
      const found = await each.engine.query(vector, K);
      each.times.push(performance.now() - began);
      exact ??= new Set(found); // the plain scan runs first
      each.found += found.filter((i) => exact?.has(i)).length;
    }
  }
  return engines.map(({ engine, build, times, found }) => {
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]!;
    const { open, bytes } = engine;
    const recall = found / (K * queries);
    return {
      name,
      size,
      dims: dimensions,
      engine: engine.name,
      best: at(0),
      p50: at(0.5),
      p95: at(0.95),
      recall,
      build,
      open,
      bytes,
    };
  });
}

serve({ measure });
