/** Translates the words that the grammar needs from other languages, and corrects typing errors in them, since the grammar knows English only. */

import { quotesIn } from './quotes.ts';
import { misspelt } from './spelling.ts';

/** Patterns of whole words, the longer before the shorter, and what they are in English; `$1` is a group, itself translated. */
export type Lexicon = readonly (readonly [pattern: string, english: string])[];

export interface Translation {
  /** In English as far as its conditions go: rechnungen under 50 euro. */
  text: string;
  /** What the user wrote between two places of `text`. */
  source(from: number, to: number): string;
  /** What is left of `text`, in the words of the user. */
  restored(left: string): string;
}

/** A word of the question, and what the grammar reads instead. */
export interface Replacement {
  from: number;
  to: number;
  english: string;
}

const LEXICONS: Readonly<Record<string, () => Promise<{ lexicon: Lexicon }>>> = {
  de: () => import('./languages/german.ts'),
  fr: () => import('./languages/french.ts'),
  es: () => import('./languages/spanish.ts'),
};
/** A question with these words is English, whatever the page's locale is. */
const ENGLISH = /\b(?:the|of|from|with|without|about|under|since|before|last|not|that|which)\b/i;

/** @param locale BCP 47, of the page; there is no telling from a few words in which language they are */
export async function translate(text: string, locale: string): Promise<Translation> {
  const load = LEXICONS[new Intl.Locale(locale).language];
  if (load === undefined || ENGLISH.test(text)) return replaced(text, misspelt(text));
  return translated(text, (await load()).lexicon);
}

export const asItIs = (text: string): Translation => ({
  text,
  source: (from, to) => text.slice(from, to),
  restored: (left) => left,
});

export function translated(original: string, lexicon: Lexicon): Translation {
  return replaced(original, wordsIn(original, lexicon));
}

/** @param words in order */
function replaced(original: string, words: readonly Replacement[]): Translation {
  if (words.length === 0) return asItIs(original);
  let text = '';
  let at = 0;
  /** Of each translated word, its places in both texts. */
  const places = words.map(({ from, to, english }) => {
    text += original.slice(at, from);
    const begin = text.length;
    text += english;
    at = to;
    return { from: begin, to: text.length, source: { from, to } };
  });
  text += original.slice(at);
  const back = (position: number, side: 'from' | 'to') => {
    const inside = places.find(({ from, to }) => from < position && position < to);
    if (inside) return inside.source[side];
    const before = places.filter(({ to }) => to <= position).at(-1);
    return before === undefined ? position : before.source.to + position - before.to;
  };
  return {
    text,
    source: (from, to) => original.slice(back(from, 'from'), back(to, 'to')),
    restored(left) {
      let [restored, cursor] = ['', 0];
      for (const { english, from, to } of words) {
        const found = wholeWord(english, left, cursor);
        if (found < 0) continue;
        restored += left.slice(cursor, found) + original.slice(from, to);
        cursor = found + english.length;
      }
      return restored + left.slice(cursor);
    },
  };
}

function wordsIn(text: string, lexicon: Lexicon): Replacement[] {
  const words: Replacement[] = [];
  const quotes = quotesIn(text).map(({ span }) => span);
  for (const [pattern, english] of lexicon) {
    // A pattern that looks ahead says itself what follows; an elided article ends with its apostrophe: l'été.
    const end = pattern.includes('(?=') || pattern.endsWith("['’]") ? '' : '(?![\\p{L}\\p{N}])';
    for (const match of text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})${end}`, 'giu'))) {
      const span = { from: match.index, to: match.index + match[0].length };
      if ([...words, ...quotes].some(({ from, to }) => span.from < to && span.to > from)) continue;
      const filled = english.replace(
        /\$(\d)/g,
        (_, group) => translated(match[Number(group)] ?? '', lexicon).text,
      );
      words.push({ ...span, english: filled });
    }
  }
  return words.sort((a, b) => a.from - b.from);
}

function wholeWord(word: string, text: string, from: number): number {
  const isLetter = (char: string) => /[\p{L}\p{N}]/u.test(char);
  for (let at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + 1)) {
    const next = word.endsWith(' ') ? '' : text.charAt(at + word.length);
    if (!isLetter(text.charAt(at - 1)) && !isLetter(next)) return at;
  }
  return -1;
}
