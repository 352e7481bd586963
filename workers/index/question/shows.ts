/** Whether an item's own words contain a phrase, or mention a thing without denying it. */
import type { JsonValue, StoredItem } from '../../../src/shared/index-types.ts';
import { escaped, plainText, singular } from './spans.ts';

type Words = Pick<StoredItem, 'text' | 'metadata'>;

/** Text and metadata values, normalized for comparison. */
export function wordsOfItem(item: Words): string {
  return plainText(linesOf(item));
}

/** The same line by line. */
export function ownLines(item: Words): string[] {
  return linesOf(item).split('\n').map(plainText);
}

const linesOf = ({ text, metadata }: Words) => `${text}\n${valuesOf(metadata)}`;

function valuesOf(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value : '';
  return Object.values(value as Record<string, JsonValue>)
    .map(valuesOf)
    .join('\n');
}

/** Whether quoted words occur there, as whole words and in this order. */
export function hasExactly(words: string, phrase: string): boolean {
  return pattern(plainText(phrase), escaped).test(words);
}

const DENIED =
  /(?:\b(?:no|not|non|without|free of|free from|never|zero|n't|lacks?|contains no|instead of)(?: \w+)?(?: or| and|,)?|\bnon-)\s*$/;

/** Whether an item mentions what is excluded: the words, in singular or plural, unless it says that it is without them. */
export function shows(words: string, phrase: string): boolean {
  const wanted = plainText(phrase);
  const any = (word: string) => `${escaped(singular(word).replace(/y$/, ''))}(?:y|ies|e?s)?`;
  for (const { index, 0: found } of words.matchAll(pattern(wanted, any))) {
    const isDenied = DENIED.test(words.slice(Math.max(0, index - 40), index));
    if (!isDenied && !/^(?:-free| ?free\b|-less|less\b)/.test(words.slice(index + found.length))) return true;
  }
  return false;
}

function pattern(phrase: string, word: (word: string) => string): RegExp {
  const source = phrase.split(' ').map(word).join('[\\s-]+');
  return new RegExp(`(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`, 'gu');
}
