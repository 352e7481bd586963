/**
 * Joins nearness in meaning with the words that items share with the query. Cosines and BM25 have scales of their own, which differ
 * from query to query: BM25 is brought to the cosine's by how far each spreads over the collection, and added.
 */
import type { Allowed, Matrix } from './matrix.ts';
import type { Passages } from './passage-table.ts';
import type { Table } from './table.ts';
import { createTopK, type Scored } from './top-k.ts';
import type { WordScores } from './words/word-index.ts';

/** Weight of words against meaning, in standard deviations: .2 to .8. Measured, as the next two: docs/search.md. */
const WORD_WEIGHT = 0.25;
/** What the best match may gain by its BM25, in standard deviations of the cosine: a word that one item of thousands has is no more than a word. */
const MOST_GAINED = 6;
/** Score gained by an item that contains every word of the query; the gain falls steeply as words are missing. */
const COVERAGE_GAIN = 2;
/** Fourth power, written as products because it runs for every matching row. */
const coverageGain = (coverage: number): number =>
  COVERAGE_GAIN * (coverage * coverage) * (coverage * coverage);
/** Candidates taken from each ranking before they are mixed: the minimum, and the number per requested hit. */
const DEPTH = 100;
const DEPTH_PER_HIT = 5;
/** Sample size for estimating the standard deviation of cosines. */
const SAMPLE = 1024;

/** A row, and where it stands. */
export interface Standing {
  row: number;
  /** What the hits are ordered by. */
  score: number;
  /** Its parts: cosine, and what the words add; null: not used. */
  scores: { vector: number | null; text: number | null };
  /** From 1; null where it is not among the best of that ranking. */
  ranks: { vector: number | null; text: number | null };
}

export interface Mixing {
  table: Table;
  vectors: Matrix;
  passages: Passages;
  /** Null: by words alone. */
  vector: Float32Array | null;
  /** Null: by vector alone. */
  words: WordScores | null;
  allowed: Allowed;
  topK: number;
}

/** The best rows, best first. */
export function mix({ table, vectors, passages, vector, words, allowed, topK }: Mixing): Standing[] {
  const depth = words === null ? topK : Math.max(DEPTH, DEPTH_PER_HIT * topK);
  const near = vector === null ? [] : passages.nearest(vector, vectors, { topK: depth, allowed });
  const added = words && (vector === null ? words.scores : addedTo(vector, words, table, vectors));
  const found = added === null ? [] : bestOf(added, vectors.size, allowed, depth);
  const standings = new Map<number, Standing>();
  const put = (row: number, cosine: number | null, rank: number | null) => {
    const text = added && (added[row] ?? 0);
    const scores = { vector: cosine, text };
    standings.set(row, {
      row,
      score: (cosine ?? 0) + (text ?? 0),
      scores,
      ranks: { vector: rank, text: null },
    });
  };
  for (const [i, { row, score }] of near.entries()) put(row, score, i + 1);
  const others = found.map(({ row }) => row).filter((row) => !standings.has(row));
  const cosines = vector && passages.scores(vector, vectors, others);
  for (const [i, row] of others.entries()) put(row, cosines && (cosines[i] as number), null);
  for (const [i, { row }] of found.entries()) (standings.get(row) as Standing).ranks.text = i + 1;
  return [...standings.values()].sort((a, b) => b.score - a.score || a.row - b.row).slice(0, topK);
}

/** Rows that have words of the query, best first. */
function bestOf(added: Float32Array, size: number, { mask }: Allowed, depth: number): Scored[] {
  const best = createTopK(depth);
  let floor = 0;
  for (let row = 0; row < Math.min(size, added.length); row++) {
    const score = added[row] as number;
    if (score <= floor || mask[row] !== 1) continue;
    best.offer(row, score);
    floor = Math.max(0, best.floor());
  }
  return best.sorted();
}

/** What words add to the cosine of each row, by the spread of both over all items, whatever the filter lets through. */
function addedTo(vector: Float32Array, words: WordScores, table: Table, vectors: Matrix): Float32Array {
  const { gains, coverage, deviation, most } = words;
  const added = new Float32Array(gains.length);
  if (most === 0) return added;
  const unit = spreadOfCosines(vector, table, vectors).deviation;
  const factor = Math.min(WORD_WEIGHT / deviation, MOST_GAINED / most);
  for (let row = 0; row < added.length; row++) {
    const gain = gains[row] as number;
    if (gain > 0) added[row] = unit * (factor * gain + coverageGain(coverage[row] as number));
  }
  return added;
}

/** Mean and standard deviation of the cosines, of a sample. */
export function spreadOfCosines(
  vector: Float32Array,
  { live }: Table,
  vectors: Matrix,
): { mean: number; deviation: number } {
  const step = Math.max(1, Math.floor(vectors.size / SAMPLE));
  const sampled: number[] = [];
  for (let row = 0; row < vectors.size; row += step) if (live[row] === 1) sampled.push(row);
  let [sum, squares] = [0, 0];
  for (const cosine of vectors.scores(vector, sampled)) {
    sum += cosine;
    squares += cosine * cosine;
  }
  const count = Math.max(1, sampled.length);
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean ** 2)) };
}
