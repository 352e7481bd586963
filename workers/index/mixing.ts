/**
 * Combines the cosine similarity with the words that items share with the query. The scales of cosines and BM25 differ from query
 * to query, so BM25 is scaled by their standard deviations over the collection, and added.
 */
import type { Allowed, Matrix } from './matrix.ts';
import type { Passages } from './passage-table.ts';
import type { Table } from './table.ts';
import type { Weights, WordScores } from './words/word-scores.ts';

/** Weight of words relative to the cosine, in standard deviations: .2 to .8. This and the next two were measured: docs/search.md. */
const WORD_WEIGHT = 0.25;
/**
 * Maximum gain of the best match by its BM25, in standard deviations of the cosine, so that a word that only one item of
 * thousands has does not decide alone.
 */
const MOST_GAINED = 6;
/** Score gained by an item that contains every word of the query. */
const COVERAGE_GAIN = 2;
/** Candidates taken from each ranking before they are mixed: the minimum, and the number per requested hit. */
const DEPTH = 100;
const DEPTH_PER_HIT = 5;
/** Sample size for estimating the standard deviation of cosines. */
const SAMPLE = 1024;

/** A row, with its score and ranks. */
export interface Standing {
  row: number;
  /** What the hits are ordered by. */
  score: number;
  /** The parts of the score: cosine, and the gain by words; null if not used. */
  scores: { vector: number | null; text: number | null };
  /** From 1; null if it is not among the best of that ranking. */
  ranks: { vector: number | null; text: number | null };
}

/** Distribution of the cosines of all items with a query. */
export interface Spread {
  mean: number;
  deviation: number;
}

export interface Mixing {
  vectors: Matrix;
  passages: Passages;
  /** Null: by words alone. */
  vector: Float32Array | null;
  /** Null: by vector alone. */
  words: WordScores | null;
  /** Of the cosines; used if there are both. */
  spread: Spread | null;
  allowed: Allowed;
  topK: number;
}

/** The best rows, best first. */
export function mix({ vectors, passages, vector, words, spread, allowed, topK }: Mixing): Standing[] {
  const depth = words === null ? topK : Math.max(DEPTH, DEPTH_PER_HIT * topK);
  const near = vector === null ? [] : passages.nearest(vector, vectors, { topK: depth, allowed });
  const weights = words && spread && weightsBy(spread, words);
  // While something is added, words may be ahead of the vectors.
  const found = (words?.best(depth, allowed, weights) ?? []).filter(({ row }) => row < vectors.size);
  const standings = new Map<number, Standing>();
  const put = (row: number, cosine: number | null, rank: number | null) => {
    const text = words?.gain(row, weights) ?? null;
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

/** From the spread of cosines and BM25 over all items, regardless of the filter. */
function weightsBy({ deviation: unit }: Spread, { deviation, most }: WordScores): Weights {
  const least = most === 0 ? 0 : Math.min(WORD_WEIGHT / deviation, MOST_GAINED / most);
  return { score: unit * least, coverage: unit * COVERAGE_GAIN };
}

/** Mean and standard deviation of the cosines, of a sample. */
export function spreadOfCosines(vector: Float32Array, { live }: Table, vectors: Matrix): Spread {
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
