/**
 * How wide lines are shown to the recogniser, whose time grows with their width. Letters of wide faces are narrowed to the width of
 * ordinary ones, which it reads as well.
 */
import { median } from '../statistics.ts';

export const WIDTHS = {
  /** The longest lines are read as they are, to see how wide the letters are: so many, each of at least so many letters. */
  samples: 3,
  letters: 12,
  /** To what letters are narrowed: the mean width of a line's, with spaces, in pixels at the recogniser's height … */
  letter: 20,
  /** … but not to less than this share of their own width. */
  least: 0.7,
  /** A narrowed line whose characters have a lower mean probability is read again as it is. */
  sure: 0.9,
};

/** The share of their width to which lines are narrowed. @param known lines that were read as they are, with their width in pixels */
export function narrowing(known: readonly { text: string; width: number }[]): number {
  const some = known.filter(({ text }) => text.length >= WIDTHS.letters);
  if (some.length < WIDTHS.samples) return 1;
  const own = median(some.map(({ text, width }) => width / text.length));
  return Math.min(1, Math.max(WIDTHS.letter / own, WIDTHS.least));
}
