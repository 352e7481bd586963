/** Evaluates recall: searches for sampled items, or the caller's queries, exhaustively and approximately, with and without a trace. */
import type { WireRecallOptions } from '../../src/shared/exchange-protocol.ts';
import type { RecallReport } from '../../src/shared/index-report.ts';
import type { ThinkMode } from '../../src/shared/types.ts';
import { type Engine, embedOne } from '../pipeline/engine.ts';
import { type Input, textInput } from '../pipeline/input.ts';
import type { Call } from '../pipeline/types.ts';
import { median } from '../statistics.ts';
import { throwIfAborted } from '../storage/aborted.ts';
import { yieldToEventLoop } from '../yield-to-event-loop.ts';
import type { Existing } from './index-state.ts';
import { idsByRow } from './live-rows.ts';
import { EXACT_ROWS } from './matrix.ts';
import { sampleOf, seeded } from './random.ts';
import { compareRankings, type Ranking, type RankingPair, scoreLoss } from './ranking-comparison.ts';

export interface RecallContext {
  state: Existing;
  /** Null if no reasoner is available. */
  engine: Engine | null;
  call: Call;
  /** 0 … 1. */
  onProgress: (done: number) => void;
}

/** A query, and the row it was made from, which is excluded from its hits. */
interface RecallQuery {
  self: number | null;
  /** Index among the caller's queries or the sampled items. */
  position: number;
  input: Input | null;
  vector: () => Promise<Float32Array>;
}

/** Share of the work spent on scanning, for progress; generating traces is slow. */
const SCANNING = 0.2;

/** @throws TteError aborted | as `embed` */
export async function evaluateRecall(
  { sample, topK, seed, queries, think }: WireRecallOptions,
  { state, engine, call, onProgress }: RecallContext,
): Promise<RecallReport> {
  const { dimensions } = state.manifest.space;
  const ids = await idsByRow(state);
  const matrix = await state.table.vectors();
  const mask = new Uint8Array(matrix.size);
  for (const row of ids.keys()) mask[row] = 1;
  const allowed = { mask, count: ids.size };
  const recallQueries = queries
    ? queries.map(({ text }, position) => fromInput(textInput(text), position))
    : await sampled();

  function fromInput(input: Input, position: number): RecallQuery {
    const recallQuery: RecallQuery = {
      self: null,
      position,
      input,
      vector: () => embed(recallQuery, 'never'),
    };
    return recallQuery;
  }

  async function sampled(): Promise<RecallQuery[]> {
    const rows = sampleOf([...ids.keys()], sample, seeded(seed));
    const items = await state.catalog.items(rows);
    return rows.map((row, i) => {
      const text = items[i]?.text ?? '';
      const input = text === '' ? null : textInput(text);
      return { self: row, position: i, input, vector: async () => matrix.vector(row) };
    });
  }

  async function embed({ input, position }: RecallQuery, think: ThinkMode): Promise<Float32Array> {
    const options = { think, role: 'query' as const, dimensions };
    const its = { ...call, positions: [position] };
    return (await embedOne(engine as Engine, input as Input, options, its)).vector;
  }

  function ranked(vector: Float32Array, self: number | null, exact: boolean): Ranking {
    return matrix
      .scan(vector, { topK: topK + 1, allowed, exact })
      .filter(({ row }) => row !== self)
      .slice(0, topK)
      .map(({ row, score }) => ({ id: ids.get(row) as string, score }));
  }

  async function yieldAndReport(done: number) {
    onProgress(done);
    await yieldToEventLoop();
    throwIfAborted(call.signal);
  }

  const scanned: RankingPair[] = [];
  const [exactMs, searchMs]: [number[], number[]] = [[], []];
  const withText =
    think === null || engine === null ? [] : recallQueries.filter(({ input }) => input !== null);
  const share = withText.length > 0 ? SCANNING : 1;
  for (const { self, vector } of recallQueries) {
    const query = await vector();
    const began = performance.now();
    const before = ranked(query, self, true);
    const between = performance.now();
    const after = ranked(query, self, false);
    exactMs.push(between - began);
    searchMs.push(performance.now() - between);
    scanned.push({ before, after });
    await yieldAndReport(share * (scanned.length / recallQueries.length));
  }

  const thought: RankingPair[] = [];
  for (const recallQuery of withText) {
    const without = await embed(recallQuery, 'never');
    const withThought = await embed(recallQuery, think as ThinkMode);
    const { self } = recallQuery;
    thought.push({ before: ranked(without, self, false), after: ranked(withThought, self, false) });
    await yieldAndReport(share + (1 - share) * (thought.length / withText.length));
  }

  return {
    items: ids.size,
    topK,
    seed,
    scan: {
      ...compareRankings(scanned, topK),
      queries: scanned.length,
      approximate: ids.size > EXACT_ROWS,
      scoreLoss: scoreLoss(scanned),
      ms: { exact: median(exactMs), search: median(searchMs) },
    },
    thinking:
      think === null || thought.length === 0
        ? null
        : { ...compareRankings(thought, topK), queries: thought.length, mode: think },
  };
}
