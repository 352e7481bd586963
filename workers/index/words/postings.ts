/**
 * The words of one segment's items, as they are stored with it: which word is in which rows, and how often. Postings follow from
 * the items alone, so a record that is missing or of an earlier version is made again.
 */
import type { JsonValue, StoredItem } from '../../../src/shared/index-types.ts';
import { yieldToEventLoop } from '../../yield-to-event-loop.ts';
import { TOKENIZER, tokenize } from './tokenize.ts';

/** Weights of a word's occurrence, in halves. */
const TEXT_WEIGHT = 2;
const OTHER_WEIGHT = 1;
const MAX_WEIGHT = 255;
/** Items indexed before yielding to the event loop. */
const STEP = 256;

export interface Postings {
  version: number;
  /** Sorted, joined by line breaks; no word contains one. */
  terms: string;
  /** For each term the end of its entries in `places` and `weights`. */
  ends: Uint32Array<ArrayBuffer>;
  /** Rows within the segment, ascending for each term. */
  places: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
  /** Weighted occurrences in the row, in halves. */
  weights: Uint8Array<ArrayBuffer>;
  /** Weighted number of words of each row, in halves. */
  lengths: Uint32Array<ArrayBuffer>;
  /** The same, of the words that were embedded: text and trace. */
  embedded: Uint32Array<ArrayBuffer>;
}

export type Worded = Pick<StoredItem, 'text' | 'metadata' | 'trace'>;

export function isCurrent(postings: unknown): postings is Postings {
  return (postings as Postings | undefined)?.version === TOKENIZER;
}

/** @param items of a segment, in the order of its rows */
export async function createPostings(items: readonly Worded[]): Promise<Postings> {
  const byTerm = new Map<string, { places: number[]; weights: number[] }>();
  const lengths = new Uint32Array(items.length);
  const embedded = new Uint32Array(items.length);
  for (const [place, { text, metadata, trace }] of items.entries()) {
    if (place % STEP === STEP - 1) await yieldToEventLoop();
    const add = (written: string, weight: number) => {
      for (const term of tokenize(written)) {
        lengths[place] = (lengths[place] as number) + weight;
        let entry = byTerm.get(term);
        if (entry === undefined) {
          entry = { places: [], weights: [] };
          byTerm.set(term, entry);
        }
        const last = entry.places.length - 1;
        if (entry.places[last] !== place) {
          entry.places.push(place);
          entry.weights.push(weight);
        } else {
          entry.weights[last] = Math.min(MAX_WEIGHT, (entry.weights[last] as number) + weight);
        }
      }
    };
    add(text, TEXT_WEIGHT);
    add(trace ?? '', OTHER_WEIGHT);
    embedded[place] = lengths[place] as number;
    add(valuesOf(metadata), OTHER_WEIGHT);
  }
  const terms = [...byTerm.keys()].sort(); // by code unit, as they are looked up
  const total = terms.reduce((sum, term) => sum + (byTerm.get(term)?.places.length ?? 0), 0);
  const ends = new Uint32Array(terms.length);
  const places = items.length > 0xffff ? new Uint32Array(total) : new Uint16Array(total);
  const weights = new Uint8Array(total);
  let end = 0;
  for (const [i, term] of terms.entries()) {
    const entry = byTerm.get(term) as { places: number[]; weights: number[] };
    places.set(entry.places, end);
    weights.set(entry.weights, end);
    end += entry.places.length;
    ends[i] = end;
  }
  return { version: TOKENIZER, terms: terms.join('\n'), ends, places, weights, lengths, embedded };
}

/** Values only: field names occur in every item. */
function valuesOf(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' ? '' : `${value ?? ''}`;
  return Object.values(value as Record<string, JsonValue>)
    .map(valuesOf)
    .join(' ');
}
