/** The question of a search, read against the items of its index. */
import type { MetadataFilter, StoredItem, Understood } from '../../../src/shared/index-types.ts';
import { compileFilter } from '../filter.ts';
import type { IndexState } from '../index-state.ts';
import type { Allowed } from '../matrix.ts';
import { joinFilters } from './filters.ts';
import { settle } from './settle.ts';
import { hasExactly, shows, wordsOfItem } from './shows.ts';
import { isTitle } from './titles.ts';
import { translate } from './translate.ts';
import { isWorthReading, tidied, understand, untouched } from './understand.ts';

/** Up to this many items, their metadata is read for any question, since it may name one of their values. */
const FEW_ITEMS = 10_000;

export interface QuestionOptions {
  /** The caller's own filter. */
  where: MetadataFilter | undefined;
  /** BCP 47, of the page: order of day and month, decimal sign, first day of the week. */
  locale: string;
  now: Date;
  /** Rows that may contain the words; null: any. */
  rowsWith: RowsWith;
}

/** Rows, of those that the mask lets through, of which at least one word is in the phrase; null where that cannot be told. */
export type RowsWith = (phrase: string) => Promise<readonly number[] | null>;

/** @param question its text, or what the page made of an earlier one */
export async function readQuestion(
  state: IndexState,
  question: string | Understood,
  options: QuestionOptions,
): Promise<Understood> {
  const understood = typeof question === 'string' ? await taken(state, question, options) : question;
  return settle(understood, async (where, exact) => {
    const filters = [...(options.where ? [options.where] : []), where];
    const allowed = await state.catalog.allowed(joinFilters(filters));
    return (await withExactly(state, allowed, exact, options.rowsWith)).count;
  });
}

/** Longer than any question: a pasted text, in which searching for the patterns would take long. */
const MAX_CHARACTERS = 500;

async function taken(
  state: IndexState,
  text: string,
  { locale, now, where, rowsWith }: QuestionOptions,
): Promise<Understood> {
  if (text.length > MAX_CHARACTERS) return untouched(text);
  const question = await translate(text, locale);
  if (!isWorthReading(question.text, state.table.count <= FEW_ITEMS)) return untouched(text);
  const [fields, chrono] = await Promise.all([state.catalog.fields(now), loadChrono(locale)]);
  const understood = understand(question, { fields, now, locale, chrono });
  if (understood.not.length === 0) return understood;
  const { mask } = await state.catalog.allowed(where);
  const named = await isTitle(tidied(text), {
    rowsWith: async (phrase) => (await rowsWith(phrase))?.filter((row) => mask[row] === 1) ?? null,
    items: state.catalog.items,
  });
  return named ? untouched(text) : understood;
}

/** English as it is written where the locale is from: 12/5 is in December in the United States, and in May elsewhere. */
async function loadChrono(locale: string) {
  const { casual, GB } = await import('chrono-node/en');
  const { language, region } = new Intl.Locale(locale).maximize();
  const isMonthFirst = region === 'US' || region === 'PH' || (language === 'en' && region === undefined);
  return isMonthFirst ? casual : GB;
}

/** The rows whose items contain all the words as they are written. */
export async function withExactly(
  { table, catalog }: IndexState,
  allowed: Allowed,
  exact: readonly string[],
  rowsWith: RowsWith,
): Promise<Allowed> {
  let mask = allowed.mask;
  let { count } = allowed;
  for (const phrase of exact) {
    const next = new Uint8Array(table.size);
    const possible = (await rowsWith(phrase)) ?? [...next.keys()];
    const rows = possible.filter((row) => mask[row] === 1);
    count = 0;
    for (let i = 0; i < rows.length; i += STEP) {
      const some = rows.slice(i, i + STEP);
      for (const [j, item] of (await catalog.items(some)).entries()) {
        if (!hasExactly(wordsOfItem(item), phrase)) continue;
        next[some[j] as number] = 1;
        count++;
      }
    }
    mask = next;
  }
  return { mask, count };
}

const STEP = 512;
/** Preferences and exclusions reorder this many times the requested number of items. */
const DEPTH = 5;
const LEAST = 50;

/** Number of best items to arrange. */
export function depthFor(understood: Understood | null, topK: number): number {
  const isArranged = understood !== null && understood.not.length + understood.preferences.length > 0;
  return isArranged ? Math.max(LEAST, DEPTH * topK) : topK;
}

/**
 * @returns positions of the items in a new order: items without anything excluded first, and preferred ones first among these;
 * otherwise the order is kept
 */
export function arrange(
  items: readonly Pick<StoredItem, 'text' | 'metadata'>[],
  understood: Understood | null,
): number[] {
  const order = [...items.keys()];
  if (understood === null || understood.not.length + understood.preferences.length === 0) return order;
  const wanted = understood.preferences.map((filter) => compileFilter(filter));
  const penalties = items.map((item) => {
    const words = wordsOfItem(item);
    const unwanted = understood.not.filter((phrase) => shows(words, phrase)).length;
    const missed = wanted.filter((fits) => !fits(item.metadata)).length;
    return unwanted * (wanted.length + 1) + missed;
  });
  return order.sort((a, b) => (penalties[a] as number) - (penalties[b] as number) || a - b);
}
