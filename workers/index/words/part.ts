/** The postings of one segment in memory, and the lookup of terms that are spelled like a query's word. */
import type { Postings } from './postings.ts';

/**
 * The vector of a short text holds its words already, that of a long one does not: a text of so many words counts half as much as a
 * long one. Words that were not embedded (metadata) count in full. Measured: docs/search.md.
 */
const HALF_KNOWN = 20;

export interface Part extends Omit<Postings, 'terms' | 'version' | 'embedded'> {
  /** Sorted by code unit. */
  terms: readonly string[];
  /** Sum of `lengths`. */
  total: number;
  /** For each row the share of a score that its vector does not represent already. */
  unknown: Float32Array;
  /** For each term the set of its letters, as bits; computed when a word that no item has is first looked up. */
  letters: Uint32Array | null;
}

export function createPart({ terms, version: _, embedded, ...postings }: Postings): Part {
  const { lengths } = postings;
  const unknown = new Float32Array(lengths.length);
  let total = 0;
  for (let place = 0; place < lengths.length; place++) {
    const length = lengths[place] as number;
    total += length;
    unknown[place] = shareUnknown(length, embedded[place] as number);
  }
  return { ...postings, terms: terms === '' ? [] : terms.split('\n'), total, unknown, letters: null };
}

/** Lengths in halves, as in postings. */
function shareUnknown(length: number, embedded: number): number {
  if (length === 0) return 1;
  const shareOfEmbedded = embedded / (embedded + 2 * HALF_KNOWN);
  return (embedded * shareOfEmbedded + (length - embedded)) / length;
}

/** Index of the first of the sorted values that is not before `value`. */
export function lowerBound<T extends string | number>(values: ArrayLike<T>, value: T): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as T) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Terms within `most` edits of a word. */
export function similarTerms(part: Part, word: string, most: number): number[] {
  part.letters ??= Uint32Array.from(part.terms, lettersOf);
  const letters = lettersOf(word);
  const found: number[] = [];
  for (let i = 0; i < part.letters.length; i++) {
    // An edit changes at most one letter into another: two bits.
    if (bitsOf((part.letters[i] as number) ^ letters) > 2 * most) continue;
    if (isWithin(part.terms[i] as string, word, most)) found.push(i);
  }
  return found;
}

function lettersOf(word: string): number {
  let letters = 0;
  for (let i = 0; i < word.length; i++) letters |= 1 << (word.charCodeAt(i) & 31);
  return letters;
}

function bitsOf(x: number): number {
  let n = x - ((x >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return (((n + (n >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** Whether the Levenshtein distance of two words is at most `most`. */
function isWithin(a: string, b: string, most: number): boolean {
  if (Math.abs(a.length - b.length) > most) return false;
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const now = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = (before[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const edits = Math.min(replaced, (before[j] as number) + 1, (now[j - 1] as number) + 1);
      now.push(edits);
      least = Math.min(least, edits);
    }
    if (least > most) return false;
    before = now;
  }
  return (before[b.length] as number) <= most;
}
