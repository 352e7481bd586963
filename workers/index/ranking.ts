/** The hits of one query: by vector, by words, or by both rankings together. */
import type { WireSearchOptions } from '../../src/shared/index-protocol.ts';
import type { SearchHit } from '../../src/shared/index-types.ts';
import type { Trace } from '../../src/shared/types.ts';
import type { Vector } from '../embedder/vector.ts';
import { publicItem } from './catalog.ts';
import { explain } from './explain.ts';
import type { TextHit } from './full-text.ts';
import type { FullTextSync } from './full-text-sync.ts';
import { fuse } from './fusion.ts';
import type { IndexState } from './index-state.ts';
import type { Allowed, Matrix } from './matrix.ts';

/** How deep rankings are joined, in hits wanted. */
const FUSION_DEPTH = 5;

/** What one stage of a search looks for. */
export interface ResolvedQuery {
  /** Null: by words alone. */
  vector: Vector | null;
  /** For full text: the query's own, and what thinking added. */
  text: string;
  /** The query's own. */
  ownText: string;
  trace: Trace | null;
  /** Ids of examples, which are not their own answer. */
  examples: readonly string[];
}

export interface Ranking {
  hits: SearchHit[];
  /** Items the filter let through. */
  candidates: number;
  /** Milliseconds. */
  scan: number;
}

/** Where a row stands. */
interface Standing {
  score: number;
  ranks: SearchHit['ranks'];
  terms: readonly string[];
}

/** @param before ranks of an earlier stage, by id */
export async function rank(
  state: IndexState,
  fullTextSync: FullTextSync,
  query: ResolvedQuery,
  options: WireSearchOptions,
  before?: ReadonlyMap<string, number>,
): Promise<Ranking> {
  const { table, catalog } = state;
  const [allowed, vectors] = await Promise.all([allowedRows(state, query, options), table.vectors()]);
  const usesText = query.text !== '' && (options.hybrid || query.vector === null);
  const depth = options.hybrid ? FUSION_DEPTH * options.topK : options.topK;
  const began = performance.now();
  const near = query.vector ? vectors.scan(query.vector, { topK: depth, allowed }) : [];
  const scan = performance.now() - began;

  const standings = new Map<number, Standing>();
  for (const [i, { row, score }] of near.entries()) {
    standings.set(row, { score, ranks: { vector: i + 1, text: null }, terms: [] });
  }
  let order = [...standings.keys()];
  if (usesText) {
    const found = await textRows(state, fullTextSync, { text: query.text, depth, allowed });
    for (const [i, { row, hit }] of found.entries()) {
      const standing = standings.get(row) ?? {
        score: scoreOf(query, await table.vectors(), row, hit),
        ranks: { vector: null, text: null },
      };
      standings.set(row, { ...standing, ranks: { ...standing.ranks, text: i + 1 }, terms: hit.terms });
    }
    order = fuse([order.map(String), found.map(({ row }) => String(row))]).map(Number);
  }

  const best = order.slice(0, options.topK);
  const items = await catalog.items(best);
  const hits = best.map((row, i): SearchHit => {
    const standing = standings.get(row) as Standing;
    const item = publicItem(items[i] as (typeof items)[number]);
    const rank = i + 1;
    const was = before?.get(item.id);
    const rankDelta = before === undefined ? null : was === undefined ? 'new' : was - rank;
    const { trace, ownText } = query;
    const why = explain({ ...standing, item, rankDelta, trace, query: ownText });
    return { ...item, ...standing, rank, rankDelta, why };
  });
  return { hits, scan, candidates: allowed.count };
}

/** Cosine; by words alone, how well these are found. */
function scoreOf({ vector }: ResolvedQuery, vectors: Matrix, row: number, hit: TextHit): number {
  if (vector === null) return hit.score;
  const other = vectors.vector(row);
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i] as number) * (other[i] as number);
  return sum;
}

/** Rows with a full-text match, best first. */
async function textRows(
  state: IndexState,
  fullTextSync: FullTextSync,
  { text, depth, allowed }: { text: string; depth: number; allowed: Allowed },
): Promise<{ row: number; hit: TextHit }[]> {
  const rows = await state.catalog.byId();
  const allows = (id: string) => allowed.mask[rows.get(id) as number] === 1;
  const fullText = await fullTextSync.current(state);
  return fullText.search(text, depth, allows).map((hit) => ({ row: rows.get(hit.id) as number, hit }));
}

/** Rows the filter lets through, without the examples. */
async function allowedRows(
  { table, catalog }: IndexState,
  { examples }: ResolvedQuery,
  { where }: WireSearchOptions,
): Promise<Allowed> {
  const all = await catalog.allowed(where);
  if (examples.length === 0) return all;
  const mask = all.mask.slice(0, table.size);
  let { count } = all;
  const rows = await catalog.byId();
  for (const id of new Set(examples)) {
    const row = rows.get(id) as number;
    count -= mask[row] as number;
    mask[row] = 0;
  }
  return { mask, count };
}
