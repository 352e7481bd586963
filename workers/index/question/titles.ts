/** Titles that sound like an exclusion: The Man Without Qualities, Artists Without Mercy. What an item is called is asked for. */
import type { StoredItem } from '../../../src/shared/index-types.ts';
import { ownLines } from './shows.ts';
import { escaped, plainText } from './spans.ts';

/** Fewer words are hardly a title, and those with an exclusion hardly anything else. */
const LEAST_WORDS = 3;
/** A phrase of common words may be in many long texts; a title's words are in few. */
const MOST_ITEMS = 512;

export interface TitleSearch {
  /** Rows with all words of a phrase; null where that cannot be told. */
  rowsWith: (phrase: string) => Promise<readonly number[] | null>;
  items: (rows: readonly number[]) => Promise<readonly Pick<StoredItem, 'text' | 'metadata'>[]>;
}

/** Whether an item that passes is called so. @param phrase without the words of a request, such as "show me" */
export async function isTitle(phrase: string, { rowsWith, items }: TitleSearch): Promise<boolean> {
  if (phrase.split(/\s+/).length < LEAST_WORDS) return false;
  const rows = await rowsWith(phrase);
  if (rows === null || rows.length === 0 || rows.length > MOST_ITEMS) return false;
  const called = titlePattern(phrase);
  return (await items(rows)).some((item) => ownLines(item).some((line) => called.test(line)));
}

/**
 * The phrase as all of a line, or as a part that punctuation sets off from the rest: *Robert Musil: The Man Without Qualities*,
 * *artists-without-mercy.mkv*. In the middle of a sentence it is not what the item is called.
 */
function titlePattern(phrase: string): RegExp {
  const words = plainText(phrase).split(' ').map(escaped).join(String.raw`[\s_-]+`);
  const article = String.raw`(?:(?:the|an?)[\s_-]+)?`;
  return new RegExp(
    String.raw`(?:^|[^\p{L}\p{N}\s]\s*)${article}${words}(?=\s*(?:$|[^\p{L}\p{N}\s])|\s+by\s)`,
    'u',
  );
}
