/**
 * What the words of one query give to the rows of an index. Scores lie one behind the other in the order of the postings, and each
 * figure is computed where it is asked for: with common words most rows have a score, and few are looked at twice.
 */
import type { Allowed } from '../matrix.ts';
import { createTopK, type Scored } from '../top-k.ts';

/** All arrays have an element for each row that has postings. */
export interface Slots {
  /** Ascending. */
  rows: Uint32Array;
  /** The share of a score that the vector of the row does not know already. */
  unknown: Float32Array;
  /** BM25; 0 without any of the words. */
  scores: Float32Array;
  /** Sum of the rarities of the words that the row has as written. */
  covered: Float32Array;
}

/** How much a row gains by its words: by its score as far as its vector does not know it, and by how many of them it has. */
export interface Weights {
  score: number;
  /** For the fourth power of the coverage: the gain falls steeply as words are missing. */
  coverage: number;
}

/** Valid until the index scores another query. */
export interface WordScores {
  /** Standard deviation of BM25 over all rows, and the greatest of them. */
  readonly deviation: number;
  readonly most: number;
  /** What a row gains. @param weights null: its BM25 as it is */
  gain(row: number, weights: Weights | null): number;
  /** The rows that gain most, best first, without those that gain nothing. */
  best(topK: number, allowed: Allowed, weights: Weights | null): Scored[];
  /** The greatest coverage: which part of the query a row has, 0 … 1, of its different words, weighted by how rare they are. */
  coverage(allowed: Allowed): number;
  /** Rows that have all words of the query as written. */
  rowsWithAll(): number[];
  /** The words of the query that a row has; stays valid. */
  termsIn(row: number): string[];
}

/** Which rounding leaves of a whole. */
const ALL = 0.999;

/** @param wanted sum of the rarities of the query's words */
export function createWordScores(
  slots: Slots,
  wanted: number,
  slotOf: (row: number) => number | null,
  termsIn: (row: number) => string[],
): WordScores {
  const { rows, unknown, scores, covered } = slots;
  const share = wanted > 0 ? 1 / wanted : 0;
  const count = Math.max(1, rows.length);
  let [sum, squares, most] = [0, 0, 0];
  for (let slot = 0; slot < scores.length; slot++) {
    const score = scores[slot] as number;
    sum += score;
    squares += score * score;
    if (score > most) most = score;
  }

  return {
    most,
    deviation: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)),
    gain(row, weights) {
      const slot = slotOf(row);
      if (slot === null) return 0;
      const score = scores[slot] as number;
      const coverage = (covered[slot] as number) * share;
      return weights === null ? score : gainOf(score, unknown[slot] as number, coverage, weights);
    },
    best: (topK, { mask }, weights) => bestOf(slots, share, { topK, mask, weights }),
    coverage({ mask }) {
      let most = 0;
      for (let slot = 0; slot < rows.length; slot++) {
        const sum = covered[slot] as number;
        if (sum > most && mask[rows[slot] as number] === 1) most = sum;
      }
      return most * share;
    },
    rowsWithAll() {
      const found: number[] = [];
      for (let slot = 0; slot < rows.length; slot++) {
        if ((covered[slot] as number) * share > ALL) found.push(rows[slot] as number);
      }
      return found;
    },
    termsIn,
  };
}

/** @param unknown the share of the score that the row's vector does not know */
function gainOf(score: number, unknown: number, coverage: number, { score: bm25, coverage: all }: Weights) {
  const squared = coverage * coverage;
  return bm25 * (score * unknown) + all * (squared * squared);
}

/** With its arrays at hand, and few branches, since it runs for all rows. */
function bestOf(
  { rows, unknown, scores, covered }: Slots,
  share: number,
  { topK, mask, weights }: { topK: number; mask: Uint8Array; weights: Weights | null },
): Scored[] {
  const best = createTopK(topK);
  let floor = 0;
  for (let slot = 0; slot < rows.length; slot++) {
    const score = scores[slot] as number;
    const coverage = (covered[slot] as number) * share;
    const gain = weights === null ? score : gainOf(score, unknown[slot] as number, coverage, weights);
    if (gain <= floor) continue;
    const row = rows[slot] as number;
    if (mask[row] !== 1) continue;
    best.offer(row, gain);
    floor = Math.max(0, best.floor());
  }
  return best.sorted();
}
