/**
 * The scores that the words of one query give to the rows of an index. They lie one after another in the order of the postings,
 * and gains are computed on demand: with common words most rows have a score, and few are looked at twice.
 */
import type { Allowed } from '../matrix.ts';
import { createTopK, type Scored } from '../top-k.ts';

/** All arrays have an element for each row that has postings. */
export interface Slots {
  /** Ascending. */
  rows: Uint32Array;
  /** The share of a score that the vector of the row does not represent already. */
  unknown: Float32Array;
  /** BM25; 0 without any of the words. */
  scores: Float32Array;
  /** Sum of the rarities of the words that the row has as written. */
  covered: Float32Array;
}

/** How much a row gains by its words: by the share of its score that its vector does not represent, and by its coverage of the query's words. */
export interface Weights {
  score: number;
  /** For the fourth power of the coverage: the gain falls steeply as words are missing. */
  coverage: number;
}

/** Exists only within `WordQuery.score`: another query overwrites the arrays. */
export interface WordScores {
  /** Standard deviation of BM25 over all rows, and the greatest of them. */
  readonly deviation: number;
  readonly most: number;
  /** The gain of a row. @param weights null: the plain BM25 */
  gain(row: number, weights: Weights | null): number;
  /** The rows with the highest gains, best first, without those that gain nothing. */
  best(topK: number, allowed: Allowed, weights: Weights | null): Scored[];
  /** The highest coverage: the share of the query's different words that a row contains, 0 … 1, weighted by their rarity. */
  coverage(allowed: Allowed): number;
  /** Rows that contain all words of the query as written. */
  rowsWithAll(): number[];
}

/** A full coverage, allowing for rounding. */
const ALL = 0.999;

/** @param wanted sum of the rarities of the query's words */
export function createWordScores(
  slots: Slots,
  wanted: number,
  slotOf: (row: number) => number | null,
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
  };
}

/** @param unknown the share of the score that the row's vector does not represent */
function gainOf(score: number, unknown: number, coverage: number, { score: bm25, coverage: all }: Weights) {
  const squared = coverage * coverage;
  return bm25 * (score * unknown) + all * (squared * squared);
}

/** A plain loop with few branches, since it runs over all rows. */
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
