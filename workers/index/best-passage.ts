/** Selects the passage of a long text that a hit shows. */
import type { HitPassage } from '../../src/shared/index-types.ts';
import { headingAt, headingsOf } from '../text/headings.ts';
import type { Span } from '../text/passages.ts';
import { tokenize } from './words/tokenize.ts';

/** Gain of a passage with all words of the query over one with none of them; chosen, not measured. */
const WORDS_GAIN = 0.2;

/**
 * @param passages of the text, with their cosines; 0 in a search by words only
 * @param terms words of the query that the text has
 * @returns null if the text has no passages
 */
export function bestPassage(
  text: string,
  passages: readonly (Span & { score: number })[],
  terms: readonly string[],
): HitPassage | null {
  if (passages.length === 0) return null;
  const shares = sharesOf(
    passages.map(({ start, end }) => text.slice(start, end)),
    terms,
  );
  const totals = passages.map(({ score }, i) => score + WORDS_GAIN * (shares[i] as number));
  const best = totals.reduce((best, total, i) => (total > (totals[best] as number) ? i : best), 0);
  const { start, end } = passages[best] as Span;
  const heading = headingAt(headingsOf(text), start)?.text ?? null;
  return { heading, text: text.slice(start, end), start, end };
}

/** For each passage the share of the terms that it contains, 0 … 1, weighted by how few passages contain them. */
function sharesOf(texts: readonly string[], terms: readonly string[]): number[] {
  if (terms.length === 0) return texts.map(() => 0);
  const words = texts.map((text) => new Set(tokenize(text)));
  const weights = terms.map((term) => {
    const having = words.filter((own) => own.has(term)).length;
    return having === 0 ? 0 : Math.log((1 + texts.length) / having);
  });
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  if (whole === 0) return texts.map(() => 0);
  return words.map(
    (own) => terms.reduce((sum, term, i) => sum + (own.has(term) ? (weights[i] as number) : 0), 0) / whole,
  );
}
