/** A search in one or two stages: without thinking at once; then, where it was decided on, with a thought. */
import { TteError } from '../../src/shared/errors.ts';
import type { WireQuery, WireSearchOptions } from '../../src/shared/index-protocol.ts';
import type { SearchHit, SearchResult } from '../../src/shared/index-types.ts';
import type { Embedding, ThinkDecision, ThinkMode, Trace } from '../../src/shared/types.ts';
import { dot, normalize, type Vector } from '../embedder/vector.ts';
import { type Call, type Engine, embedOne } from '../pipeline/engine.ts';
import type { Input } from '../pipeline/input.ts';
import { publicItem } from './catalog.ts';
import type { Collection } from './collection.ts';
import { explain } from './explain.ts';
import type { FullTextSync } from './full-text-sync.ts';
import { fuse } from './fusion.ts';
import type { Allowed } from './matrix.ts';
import { liveRow } from './table.ts';

/** How far an item pushes the query away that it shall be unlike, measured by what draws it. */
const NEGATIVE_WEIGHT = 0.5;
/** How deep rankings are joined, in hits wanted. */
const FUSION_DEPTH = 5;

export interface SearchContext {
  collection: Collection;
  engine: Engine;
  fullTextSync: FullTextSync;
  call: Call;
  onResult: (result: SearchResult) => void;
}

/** Its pictures are shared by both stages. */
export type Query = Omit<WireQuery, 'input'> & { input: Input | null };

/** What a stage searches for. */
interface ResolvedQuery {
  vector: Vector;
  /** For full text. */
  text: string;
  trace: Trace | null;
}

type Ranks = { vector: number | null; text: number | null };

/** @throws TteError invalid-input | unsupported | as `embed` */
export async function search(
  query: Query,
  options: WireSearchOptions,
  context: SearchContext,
): Promise<void> {
  const { collection, engine, call, onResult } = context;
  const { dimensions } = collection.manifest.space;
  const wire = (think: ThinkMode) => ({ think, role: 'query' as const, dimensions });
  const { input } = query;

  const decision: ThinkDecision = input
    ? engine.decide(input, wire(options.think))
    : { mode: 'never', reason: 'There is nothing to think about in an example.' };
  const final = decision.mode === 'never';

  const quickly = input && { ...input, trace: null };
  const quick = await stage(
    'quick',
    final ? decision : { mode: 'never', reason: 'First without thinking.' },
    () => (quickly ? embedOne(engine, quickly, wire('never'), call) : null),
  );
  onResult({ ...quick, final });
  if (final || input === null) return;
  const before = new Map(quick.hits.map(({ id, rank }) => [id, rank]));
  onResult({
    ...(await stage('reasoned', null, () => embedOne(engine, input, wire(options.think), call), before)),
    final: true,
  });

  async function stage(
    name: SearchResult['stage'],
    decided: ThinkDecision | null,
    embedding: () => Promise<Embedding> | null,
    before?: ReadonlyMap<string, number>,
  ): Promise<SearchResult> {
    const started = performance.now();
    const embedded = await embedding();
    const embedMs = performance.now() - started;
    return collection.read(async () => {
      const trace = embedded?.trace ?? null;
      const resolved: ResolvedQuery = {
        vector: await queryVector(embedded?.vector ?? null),
        text: [input?.text, trace?.answer].filter(Boolean).join(' '),
        trace,
      };
      const { hits, scan, candidates } = await rank(resolved, before);
      call.signal.throwIfAborted();
      return {
        stage: name,
        hits,
        thinkDecision: decided ?? (embedded as Embedding).thinkDecision,
        trace,
        final: false,
        candidates,
        ms: { embed: embedMs, scan, total: performance.now() - started },
      };
    });
  }

  /** The input's direction, moved towards and away from examples. */
  async function queryVector(own: Vector | null): Promise<Vector> {
    if (query.like.length + query.unlike.length === 0) return own as Vector;
    const sum = new Float32Array(dimensions);
    const add = (vector: Float32Array, weight: number) => {
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (vector[i] as number);
    };
    if (own) add(own, 1);
    for (const vector of await examples(query.like, 'like')) add(vector, 1 / query.like.length);
    for (const vector of await examples(query.unlike, 'unlike'))
      add(vector, -NEGATIVE_WEIGHT / query.unlike.length);
    return normalize(sum);
  }

  async function examples(ids: readonly string[], field: string): Promise<Vector[]> {
    const { table, catalog } = collection;
    const known = await catalog.byId();
    const vectors = await table.vectors();
    return ids.map((id) => {
      const row = liveRow(table, known, id);
      if (row === undefined) {
        throw new TteError('invalid-input', `query.${field}: there is no item '${id}'.`);
      }
      return vectors.vector(row);
    });
  }

  /** Rows the filter lets through; examples are not their own answer. */
  async function allowedRows(): Promise<Allowed> {
    const { catalog, table } = collection;
    const all = await catalog.allowed(options.where);
    const examples = [...query.like, ...query.unlike];
    if (examples.length === 0) return all;
    const mask = all.mask.slice(0, table.size);
    let { count } = all;
    const known = await catalog.byId();
    for (const id of new Set(examples)) {
      const row = known.get(id) as number;
      count -= mask[row] as number;
      mask[row] = 0;
    }
    return { mask, count };
  }

  async function rank(resolved: ResolvedQuery, before: ReadonlyMap<string, number> | undefined) {
    const { table, catalog } = collection;
    const [allowed, vectors] = await Promise.all([allowedRows(), table.vectors()]);
    const began = performance.now();
    const depth = options.hybrid ? FUSION_DEPTH * options.topK : options.topK;
    const found = vectors.scan(resolved.vector, { topK: depth, allowed });
    const scan = performance.now() - began;
    const near = found.map(({ row, score }, i) => ({ row, score, vector: i + 1 }));

    const places = new Map(
      near.map(({ row, score, vector }) => [
        row,
        { score, ranks: { vector, text: null } as Ranks, terms: [] as string[] },
      ]),
    );
    let order = near.map(({ row }) => row);
    if (options.hybrid && resolved.text !== '') order = await joined();
    const best = order.slice(0, options.topK);
    const items = await catalog.items(best);
    const hits = best.map((row, i): SearchHit => {
      const { score, ranks, terms } = places.get(row) as NonNullable<ReturnType<typeof places.get>>;
      const item = publicItem(items[i] as (typeof items)[number]);
      const rank = i + 1;
      const was = before?.get(item.id);
      const rankDelta = before === undefined ? null : was === undefined ? 'new' : was - rank;
      const why = explain({
        item,
        score,
        ranks,
        terms,
        rankDelta,
        trace: resolved.trace,
        query: input?.text ?? '',
      });
      return { ...item, score, rank, rankDelta, ranks, terms, why };
    });
    return { hits, scan, candidates: allowed.count };

    /** Rows in the order of both rankings together. */
    async function joined(): Promise<number[]> {
      const known = await catalog.byId();
      const vectors = await table.vectors(); // of all that are known
      const allows = (id: string) => allowed.mask[known.get(id) as number] === 1;
      const texts = (await context.fullTextSync.current()).search(resolved.text, depth, allows);
      for (const [i, { id, terms }] of texts.entries()) {
        const row = known.get(id) as number;
        const place = places.get(row) ?? {
          score: dot(resolved.vector, vectors.vector(row)),
          ranks: { vector: null, text: null } as Ranks,
          terms: [],
        };
        places.set(row, { ...place, ranks: { ...place.ranks, text: i + 1 }, terms });
      }
      const byVector = near.map(({ row }) => String(row));
      return fuse([byVector, texts.map(({ id }) => String(known.get(id)))]).map(Number);
    }
  }
}
