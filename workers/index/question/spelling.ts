/** Corrects typing errors in the grammar's own long words: withuot, febuary, larger tahn. Other words are never changed. */
import { quotesIn } from './quotes.ts';
import type { Replacement } from './translate.ts';

/** Long words of the grammar that no other word is a typing error of, but for `NAMESAKES`: tried on WordNet's and several collections'. */
const CUES =
  'without between yesterday cheapest expensive excluding earliest january february september october november december tuesday wednesday thursday saturday spreadsheets'.split(
    ' ',
  );
/** Correct words that are one error away from a word of the grammar. */
const NAMESAKES = new Set(['extensive', 'expansive']);

export function misspelt(text: string): Replacement[] {
  const quoted = quotesIn(text);
  const found: Replacement[] = [];
  for (const { 0: word, index } of text.matchAll(/(?<![\p{L}\p{N}'’-])[a-z]{6,}(?![\p{L}\p{N}'’-])/giu)) {
    if (quoted.some(({ span }) => span.from < index && index < span.to)) continue;
    const meant = cueNear(word.toLowerCase());
    if (meant !== null) found.push({ from: index, to: index + word.length, english: meant });
  }
  // Beside a comparative there is no doubt, short as it is.
  for (const { index, 0: word } of text.matchAll(
    /(?<=\b(?:[a-z]{3,}er|more|less)\s)(?:tahn|thna|htan|thn|thant)(?![\p{L}\p{N}])/giu,
  )) {
    found.push({ from: index, to: index + word.length, english: 'than' });
  }
  return found.sort((a, b) => a.from - b.from);
}

/** One letter may be wrong, inside: a cue that is longer or shorter at its end is another form of it. */
function cueNear(word: string): string | null {
  if (NAMESAKES.has(word)) return null;
  const isNear = (cue: string) =>
    cue[0] === word[0] && !word.startsWith(cue) && !cue.startsWith(word) && distance(cue, word) === 1;
  return CUES.find(isNear) ?? null;
}

/** Letters that are missing, superfluous, wrong, or changed with the next (optimal string alignment). */
function distance(a: string, b: string): number {
  let [last, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (of: number[], k: number) => of[k] as number;
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(last, j - 2) + 1);
      next.push(best);
    }
    [last, row] = [row, next];
  }
  return row[b.length] as number;
}
