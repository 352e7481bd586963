/** The hits of one query: by vector, by words, or by both together. */
import type { WireSearchOptions } from '../../src/shared/index-protocol.ts';
import type { SearchHit, Understood } from '../../src/shared/index-types.ts';
import type { Trace } from '../../src/shared/types.ts';
import type { Vector } from '../embedder/vector.ts';
import { bestPassage } from './best-passage.ts';
import { publicItem } from './catalog.ts';
import { explain } from './explain.ts';
import type { IndexState } from './index-state.ts';
import type { Allowed } from './matrix.ts';
import { mix, spreadOfCosines } from './mixing.ts';
import { allInOrder, createOrdering, inOrder } from './ordering.ts';
import { arrange, depthFor, type RowsWith, withExactly } from './question/read-question.ts';
import { tokenize } from './words/tokenize.ts';
import type { WordScores } from './words/word-scores.ts';
import type { WordsSync } from './words/words-sync.ts';

/** Number of best hits among which those that are about the query's text are ordered by a field. */
const ORDERED = 500;

/** What one stage of a search looks for. */
export interface ResolvedQuery {
  /** Null: by words alone. */
  vector: Vector | null;
  /** Text for full-text search: the query's own, or the answer of the trace if the query has no text. */
  text: string;
  /** The query's own. */
  ownText: string;
  trace: Trace | null;
  /** Ids of examples, which are excluded from the hits. */
  examples: readonly string[];
  /** The question taken apart; its conditions are already part of the options' `where`. */
  understood: Understood | null;
}

export interface Ranking {
  hits: SearchHit[];
  /** The highest share of the query's words that a single item contains, 0 … 1; 0 if words were not used. */
  coverage: number;
  /** Number of items that pass the filter. */
  candidates: number;
  /** Milliseconds. */
  scan: number;
}

/** @param before ranks of an earlier stage, by id */
export async function rank(
  state: IndexState,
  wordsSync: WordsSync,
  query: ResolvedQuery,
  options: WireSearchOptions,
  before?: ReadonlyMap<string, number>,
): Promise<Ranking> {
  const { table, catalog } = state;
  const usesWords = query.text !== '' && (options.hybrid || query.vector === null);
  const [wordIndex, allowed, vectors, passages] = await Promise.all([
    usesWords ? wordsSync.current(state) : null,
    allowedRows(state, wordsSync, query, options),
    table.vectors(),
    table.passages(),
  ]);
  const topK = depthFor(query.understood, options.topK);
  const sort = query.understood?.sort ?? null;
  const ordering = sort && createOrdering(sort, await catalog.metadata());
  const began = performance.now();
  const words = wordIndex?.query(query.text) ?? null;
  const { vector } = query;
  const isCompared = vector !== null && (words !== null || ordering !== null);
  const spread = isCompared ? spreadOfCosines(vector, table, vectors) : null;
  const find = (scores: WordScores | null) => {
    const mixing = { vectors, passages, vector, words: scores, spread, allowed };
    const best =
      vector === null && scores === null
        ? allInOrder(allowed, ordering, topK)
        : ordering === null
          ? mix({ ...mixing, topK })
          : inOrder(mix({ ...mixing, topK: ORDERED }), ordering, spread?.mean ?? 0).slice(0, topK);
    return { best, coverage: scores?.coverage(allowed) ?? 0 };
  };
  const { best, coverage } = words === null ? find(null) : words.score(find);
  const scan = performance.now() - began;

  const items = await catalog.items(best.map(({ row }) => row));
  const arranged = arrange(items, query.understood).slice(0, options.topK);
  const hits = arranged.map((at, i): SearchHit => {
    const { row, ...standing } = best[at] as (typeof best)[number];
    const item = publicItem(items[at] as (typeof items)[number]);
    const rank = i + 1;
    const was = before?.get(item.id);
    const rankDelta = before === undefined ? null : was === undefined ? 'new' : was - rank;
    const terms = words?.termsIn(row) ?? [];
    const { trace, ownText } = query;
    const ordered = sort && ordering && { field: sort.field, value: ordering.value(row) ?? null };
    const why = explain({ ...standing, terms, item, rankDelta, trace, query: ownText, ordered });
    const passage = bestPassage(item.text, passages.of(row, query.vector), terms);
    return { ...item, ...standing, terms, passage, rank, rankDelta, why };
  });
  return {
    hits,
    coverage,
    scan,
    candidates: allowed.count,
  };
}

/** Uses full text, so that only items with all words of the phrase are read. */
export const rowsWith =
  (state: IndexState, wordsSync: WordsSync): RowsWith =>
  async (phrase) => {
    if (tokenize(phrase).length === 0) return null; // only punctuation, which full text does not index
    const words = (await wordsSync.current(state)).query(phrase);
    return words.score((scores) => scores.rowsWithAll());
  };

/** Rows that pass the filter, without the examples. */
async function allowedRows(
  state: IndexState,
  wordsSync: WordsSync,
  { examples, understood }: ResolvedQuery,
  { where }: WireSearchOptions,
): Promise<Allowed> {
  const { table, catalog } = state;
  const exact = understood?.exact ?? [];
  const all = await withExactly(state, await catalog.allowed(where), exact, rowsWith(state, wordsSync));
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
