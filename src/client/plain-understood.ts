/** A question taken apart, as the page gives it back: checked and copied. */
import { invalid } from '../shared/errors.ts';
import type { MetadataFilter, SortOrder, Understood } from '../shared/index-types.ts';
import type { EditedQuestion } from './index-types.ts';
import { plainFilter } from './plain.ts';

/**
 * @param text of the query beside it
 * @throws TteError invalid-input
 */
export function plainUnderstood(given: EditedQuestion, text: string | undefined): Understood {
  if (typeof given !== 'object' || given === null) {
    throw invalid(
      "query.understood: give an earlier result's `understood`, or an object like { text: 'rent' }.",
    );
  }
  if (text !== undefined) throw invalid('query: pass text or understood, not both.');
  const { where = {}, preferences = [], not = [], exact = [], sort = null, reasons = [] } = given;
  if (typeof given.text !== 'string') throw invalid('query.understood.text: must be a string.');
  if (!Array.isArray(preferences)) throw invalid('query.understood.preferences: give an array of filters.');
  return {
    text: given.text,
    not: strings(not, 'not'),
    where: plainFilter(where, 'query.understood.where') as MetadataFilter,
    exact: strings(exact, 'exact'),
    preferences: preferences.map((one, i) => plainFilter(one, `query.understood.preferences[${i}]`) ?? {}),
    sort: sortOrder(sort),
    reasons: strings(reasons, 'reasons'),
  };
}

function sortOrder(sort: unknown): SortOrder | null {
  if (sort === null) return null;
  const { field, direction } = sort as Partial<SortOrder>;
  if (typeof field !== 'string' || field === '' || (direction !== 'asc' && direction !== 'desc')) {
    throw invalid("query.understood.sort: give null, or { field: 'price', direction: 'asc' } (or 'desc').");
  }
  return { field, direction };
}

function strings(value: unknown, field: string): string[] {
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (!isList) throw invalid(`query.understood.${field}: give an array of strings.`);
  return value.filter((one: string) => one.trim() !== '');
}
