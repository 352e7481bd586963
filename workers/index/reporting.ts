/** The recall report on an index: its own items, or the caller's queries, searched in two ways each. */
import type { WireReportOptions } from '../../src/shared/exchange-protocol.ts';
import type { RecallReport } from '../../src/shared/index-report.ts';
import type { WireInput } from '../../src/shared/protocol.ts';
import type { ThinkMode } from '../../src/shared/types.ts';
import { type Call, type Engine, embedOne } from '../pipeline/engine.ts';
import { turn } from '../reasoner/turn.ts';
import { throwIfAborted } from '../storage/aborted.ts';
import type { Collection } from './collection.ts';
import { idsByRow } from './live-rows.ts';
import { EXACT_ROWS } from './matrix.ts';
import { sampleOf, seeded } from './random.ts';
import { compareRankings, median, type Ranking, type RankingPair, scoreLoss } from './report.ts';

export interface Reporting {
  collection: Collection;
  engine: Engine;
  call: Call;
  /** 0 … 1. */
  onProgress: (done: number) => void;
}

/** A query, and the row it is made of: an item is not its own answer. */
interface Probe {
  self: number | null;
  /** Among the caller's queries, or the sampled items. */
  position: number;
  input: WireInput | null;
  vector: () => Promise<Float32Array>;
}

/** Share of the work that scanning is, for progress; thinking is slow. */
const SCANNING = 0.2;

/** @throws TteError aborted | as `embed` */
export async function reportOn(
  { sample, k, seed, queries, think }: WireReportOptions,
  { collection, engine, call, onProgress }: Reporting,
): Promise<RecallReport> {
  const { dimensions } = collection.manifest.space;
  const ids = await idsByRow(collection);
  const matrix = await collection.table.vectors();
  const mask = new Uint8Array(matrix.size);
  for (const row of ids.keys()) mask[row] = 1;
  const allowed = { mask, count: ids.size };
  const probes = queries ? queries.map(asked) : await sampled();

  function asked(input: WireInput, position: number): Probe {
    const probe: Probe = { self: null, position, input, vector: () => embed(probe, 'never') };
    return probe;
  }

  async function sampled(): Promise<Probe[]> {
    const rows = sampleOf([...ids.keys()], sample, seeded(seed));
    const items = await collection.catalog.items(rows);
    return rows.map((row, i) => {
      const text = items[i]?.text ?? '';
      const input: WireInput | null =
        text === '' ? null : { images: [], layout: 'none', text, instruction: '' };
      return { self: row, position: i, input, vector: async () => matrix.vector(row) };
    });
  }

  async function embed({ input, position }: Probe, think: ThinkMode): Promise<Float32Array> {
    const options = { think, role: 'query' as const, dimensions };
    const its = { ...call, positions: [position] };
    return (await embedOne(engine, input as WireInput, options, its)).vector;
  }

  function ranked(vector: Float32Array, self: number | null, exact: boolean): Ranking {
    return matrix
      .scan(vector, { k: k + 1, allowed, exact })
      .filter(({ row }) => row !== self)
      .slice(0, k)
      .map(({ row, score }) => ({ id: ids.get(row) as string, score }));
  }

  async function breathe(done: number) {
    onProgress(done);
    await turn();
    throwIfAborted(call.signal);
  }

  const scanned: RankingPair[] = [];
  const [exactMs, searchMs]: [number[], number[]] = [[], []];
  const thinkers = think === null ? [] : probes.filter(({ input }) => input !== null);
  const share = thinkers.length > 0 ? SCANNING : 1;
  for (const { self, vector } of probes) {
    const query = await vector();
    const began = performance.now();
    const before = ranked(query, self, true);
    const between = performance.now();
    const after = ranked(query, self, false);
    exactMs.push(between - began);
    searchMs.push(performance.now() - between);
    scanned.push({ before, after });
    await breathe(share * (scanned.length / probes.length));
  }

  const thought: RankingPair[] = [];
  for (const probe of thinkers) {
    const without = await embed(probe, 'never');
    const withThought = await embed(probe, think as ThinkMode);
    const { self } = probe;
    thought.push({ before: ranked(without, self, false), after: ranked(withThought, self, false) });
    await breathe(share + (1 - share) * (thought.length / thinkers.length));
  }

  return {
    items: ids.size,
    k,
    seed,
    scan: {
      ...compareRankings(scanned, k),
      queries: scanned.length,
      approximate: ids.size > EXACT_ROWS,
      scoreLoss: scoreLoss(scanned),
      ms: { exact: median(exactMs), search: median(searchMs) },
    },
    thinking:
      think === null || thought.length === 0
        ? null
        : { ...compareRankings(thought, k), queries: thought.length, mode: think },
  };
}
