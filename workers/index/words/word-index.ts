/**
 * How well items match the words of a query: BM25 (Robertson and Zaragoza, 2009) over the postings of all segments. Every item has
 * a score, so that it can be set beside its cosine; most have 0.
 */
import { lowerBound, type Part, similarTerms } from './part.ts';
import { tokenize } from './tokenize.ts';

const K1 = 1.2;
const B = 0.75;
/** Weight of words that start with the last query word, which the user may still be typing. */
const PREFIX_WEIGHT = 0.4;
/** Minimum length of such a prefix; shorter ones match too many words. */
const PREFIX_LENGTH = 3;
/** Weight of similarly spelled words, used when no item has the query word itself. */
const SIMILAR_WEIGHT = 0.4;
/** Minimum length of words that are matched by spelling. */
const SIMILAR_LENGTH = 5;

/**
 * The vector of a short text holds its words already, that of a long one does not: a text of so many words counts half as much as a
 * long one. Words that were not embedded (metadata) count in full. Measured: docs/search.md.
 */
const HALF_KNOWN = 20;

/** A segment's postings, and where its rows are in the table. */
export interface PlacedPart {
  part: Part;
  rows: Uint32Array;
}

export interface WordScores {
  /** BM25 by row, 0 for rows without any of the words. */
  scores: Float32Array;
  /** The same, less what the vector of the row knows already. */
  gains: Float32Array;
  /** Which part of the query a row has, 0 … 1: of its different words, weighted by how rare they are, those that it has as written. */
  coverage: Float32Array;
  /** Standard deviation of `scores`, and the greatest of them. */
  deviation: number;
  most: number;
  /** The words of the query that a row has. */
  termsIn(row: number): string[];
}

export interface WordIndex {
  /** @param size rows of the table */
  score(query: string, size: number): WordScores;
}

/** Terms of one part that a word stands for, with their weights. */
type Matches = readonly (readonly [term: number, weight: number])[];

export function createWordIndex(parts: readonly PlacedPart[]): WordIndex {
  const count = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const meanLength = parts.reduce((sum, { part }) => sum + part.total, 0) / Math.max(1, count);
  /** By part and place: what a weighted frequency is measured against. */
  const norms = parts.map(({ part: { lengths } }) =>
    Float32Array.from(lengths, (length) => 2 * K1 * (1 - B + (B * length) / meanLength)),
  );

  /** By part and place: the share of a score that a vector does not know already. */
  const unknown = parts.map(({ part: { lengths, embedded } }) =>
    Float32Array.from(lengths, (length, place) => shareUnknown(length, embedded[place] as number)),
  );

  function matchesOf(word: string, isLast: boolean): Matches[] {
    const isPrefix = isLast && word.length >= PREFIX_LENGTH;
    const found = parts.map(({ part: { terms } }) => {
      const matches: [number, number][] = [];
      for (let i = lowerBound(terms, word); i < terms.length; i++) {
        const term = terms[i] as string;
        if (term !== word && !(isPrefix && term.startsWith(word))) break;
        matches.push([i, term === word ? 1 : PREFIX_WEIGHT]);
      }
      return matches;
    });
    if (found.some((matches) => matches.length > 0) || word.length < SIMILAR_LENGTH) return found;
    const most = Math.min(2, Math.round(word.length / 5));
    return parts.map(({ part }) => similarTerms(part, word, most).map((term) => [term, SIMILAR_WEIGHT]));
  }

  return {
    score(query, size) {
      const words = tokenize(query);
      const times = new Map<string, number>();
      for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
      const scores = new Float32Array(size);
      const coverage = new Float32Array(size);
      let wanted = 0;
      const used: { word: string; matches: Matches[] }[] = [];
      for (const [word, repeated] of times) {
        const matches = matchesOf(word, word === words.at(-1));
        const rows = parts.reduce((sum, { part }, i) => sum + rowsOf(part, matches[i] as Matches), 0);
        // What a word stands for counts as one word: rare spellings of a common word tell no more than the word.
        const having = Math.min(rows, count);
        const rarity = Math.log(1 + (count - having + 0.5) / (having + 0.5));
        wanted += rarity;
        if (rows === 0) continue;
        used.push({ word, matches });
        const factor = repeated * rarity * (K1 + 1);
        for (const [p, { part, rows }] of parts.entries()) {
          for (const [term, weight] of matches[p] as Matches) {
            const match = { term, factor: factor * weight, rarity: weight === 1 ? rarity : 0 };
            addScores(part, match, rows, norms[p] as Float32Array, scores, coverage);
          }
        }
      }
      const gains = new Float32Array(size);
      let [sum, squares, most] = [0, 0, 0];
      for (const [p, { rows }] of parts.entries()) {
        const shares = unknown[p] as Float32Array;
        for (let place = 0; place < rows.length; place++) {
          const row = rows[place] as number;
          const score = scores[row] as number;
          if (score === 0) continue;
          gains[row] = score * (shares[place] as number);
          coverage[row] = (coverage[row] as number) / wanted;
          sum += score;
          squares += score * score;
          if (score > most) most = score;
        }
      }
      return {
        scores,
        gains,
        coverage,
        deviation: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)),
        most,
        termsIn(row) {
          for (const [p, { part, rows }] of parts.entries()) {
            const place = rows.indexOf(row);
            if (place < 0) continue;
            const isIn = ({ matches }: (typeof used)[number]) =>
              (matches[p] as Matches).some(([term]) => placesOf(part, term).includes(place));
            return used.filter(isIn).map(({ word }) => word);
          }
          return [];
        },
      };
    },
  };
}

/** Lengths in halves, as in postings. */
function shareUnknown(length: number, embedded: number): number {
  if (length === 0) return 1;
  const shareOfEmbedded = embedded / (embedded + 2 * HALF_KNOWN);
  return (embedded * shareOfEmbedded + (length - embedded)) / length;
}

const startOf = ({ ends }: Part, term: number): number => (term === 0 ? 0 : (ends[term - 1] as number));

function placesOf(part: Part, term: number): Part['places'] {
  return part.places.subarray(startOf(part, term), part.ends[term]);
}

function rowsOf(part: Part, matches: Matches): number {
  return matches.reduce((sum, [term]) => sum + (part.ends[term] as number) - startOf(part, term), 0);
}

/**
 * The inner loop: a plain one, since common words are in most items.
 * @param match `rarity`: what the term adds to the coverage; 0 where it only begins or is spelt like the word
 */
function addScores(
  part: Part,
  { term, factor, rarity }: { term: number; factor: number; rarity: number },
  rows: Uint32Array,
  norms: Float32Array,
  scores: Float32Array,
  coverage: Float32Array,
): void {
  const { places, weights } = part;
  const end = part.ends[term] as number;
  for (let i = startOf(part, term); i < end; i++) {
    const place = places[i] as number;
    const weight = weights[i] as number;
    const row = rows[place] as number;
    scores[row] = (scores[row] as number) + (factor * weight) / (weight + (norms[place] as number));
    coverage[row] = (coverage[row] as number) + rarity;
  }
}
