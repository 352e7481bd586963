/**
 * BM25 (Robertson and Zaragoza, 2009) over the postings of all segments. Every item has a score, so that it can be added to its
 * cosine; most have 0.
 */
import { lowerBound, type Part, similarTerms } from './part.ts';
import { tokenize } from './tokenize.ts';
import { createWordScores, type Slots, type WordScores } from './word-scores.ts';

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

/** A segment's postings, and the rows of its items in the table. */
export interface PlacedPart {
  part: Part;
  /** Ascending. */
  rows: Uint32Array;
}

/** A part, and its stretch of the arrays that hold all parts one after another. */
interface Placed extends PlacedPart {
  first: number;
  scores: Float32Array;
  covered: Float32Array;
  norms: Float32Array;
}

export interface WordIndex {
  query(text: string): WordQuery;
}

/** The words of a query, and the terms that they stand for in every part. */
export interface WordQuery {
  /**
   * Scores all rows. The scores lie in arrays that all queries of the index share, so they exist only for `read`, which must not
   * score another query.
   */
  score<T>(read: (scores: WordScores) => T): T;
  /** The words of the query that a row has. */
  termsIn(row: number): string[];
}

/** Terms of one part that a word stands for, with their weights. */
type Matches = readonly (readonly [term: number, weight: number])[];

/** What one term of a part adds to the scores; `rarity`: to the coverage, 0 for a term that only begins with or is spelled like the word. */
interface Term {
  term: number;
  factor: number;
  rarity: number;
}

/** @param parts their rows ascend from one part to the next */
export function createWordIndex(parts: readonly PlacedPart[]): WordIndex {
  const count = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const meanLength = parts.reduce((sum, { part }) => sum + part.total, 0) / Math.max(1, count);
  const slots: Slots = {
    rows: new Uint32Array(count),
    unknown: new Float32Array(count),
    scores: new Float32Array(count),
    covered: new Float32Array(count),
  };
  /** BM25's length normalization of each row. */
  const norms = new Float32Array(count);
  let end = 0;
  const placed = parts.map(({ part, rows }): Placed => {
    const first = end;
    slots.rows.set(rows, first);
    slots.unknown.set(part.unknown, first);
    for (let place = 0; place < rows.length; place++) {
      norms[end++] = 2 * K1 * (1 - B + (B * (part.lengths[place] as number)) / meanLength);
    }
    const own = (values: Float32Array) => values.subarray(first, end);
    return { part, first, rows, scores: own(slots.scores), covered: own(slots.covered), norms: own(norms) };
  });

  /** The part that has a row, and its position there. */
  function find(row: number): [p: number, place: number] | null {
    for (const [p, { rows }] of parts.entries()) {
      if (row > (rows.at(-1) ?? -1)) continue;
      const place = lowerBound(rows, row);
      return rows[place] === row ? [p, place] : null;
    }
    return null;
  }

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

  const slotOf = (row: number) => {
    const found = find(row);
    return found && (placed[found[0]] as Placed).first + found[1];
  };

  return {
    query(text) {
      const words = tokenize(text);
      const times = new Map<string, number>();
      for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
      let wanted = 0;
      const used: { word: string; matches: Matches[] }[] = [];
      const terms: Term[][] = parts.map(() => []);
      for (const [word, repeated] of times) {
        const matches = matchesOf(word, word === words.at(-1));
        const rows = parts.reduce((sum, { part }, i) => sum + rowsOf(part, matches[i] as Matches), 0);
        // All terms that a word matches count as one word, so that rare spellings of a common word do not count as rare words.
        const having = Math.min(rows, count);
        const rarity = Math.log(1 + (count - having + 0.5) / (having + 0.5));
        wanted += rarity;
        if (rows === 0) continue;
        used.push({ word, matches });
        const factor = repeated * rarity * (K1 + 1);
        for (const [p, found] of matches.entries()) {
          for (const [term, weight] of found) {
            terms[p]?.push({ term, factor: factor * weight, rarity: weight === 1 ? rarity : 0 });
          }
        }
      }
      return {
        score(read) {
          slots.scores.fill(0);
          slots.covered.fill(0);
          // Part by part: its scores stay in the processor's cache.
          for (const [p, own] of placed.entries())
            for (const term of terms[p] as Term[]) addScores(own, term);
          return read(createWordScores(slots, wanted, slotOf));
        },
        termsIn(row) {
          const found = find(row);
          if (found === null) return [];
          const [p, place] = found;
          const { part } = placed[p] as Placed;
          const isIn = ({ matches }: (typeof used)[number]) =>
            (matches[p] as Matches).some(([term]) => has(part, term, place));
          return used.filter(isIn).map(({ word }) => word);
        },
      };
    },
  };
}

const startOf = ({ ends }: Part, term: number): number => (term === 0 ? 0 : (ends[term - 1] as number));

function has(part: Part, term: number, place: number): boolean {
  const places = part.places.subarray(startOf(part, term), part.ends[term]);
  return places[lowerBound(places, place)] === place;
}

function rowsOf(part: Part, matches: Matches): number {
  return matches.reduce((sum, [term]) => sum + (part.ends[term] as number) - startOf(part, term), 0);
}

/** A plain loop, since common words are in most items. */
function addScores({ part, scores, covered, norms }: Placed, { term, factor, rarity }: Term): void {
  const { places, weights } = part;
  const end = part.ends[term] as number;
  for (let i = startOf(part, term); i < end; i++) {
    const place = places[i] as number;
    const weight = weights[i] as number;
    scores[place] = (scores[place] as number) + (factor * weight) / (weight + (norms[place] as number));
    covered[place] = (covered[place] as number) + rarity;
  }
}
