/** Conditions of a question that would leave no item become preferences. */
import type { MetadataFilter, Understood } from '../../../src/shared/index-types.ts';
import { conditionsOf, inWords, joinFilters } from './filters.ts';

/** @param count items that a filter and exact words leave, together with what the caller demands */
export async function settle(
  understood: Understood,
  count: (where: MetadataFilter, exact: readonly string[]) => Promise<number>,
): Promise<Understood> {
  const conditions = conditionsOf(understood.where);
  if (conditions.length + understood.exact.length === 0) return understood;
  // If the caller's own filter matches nothing, dropping conditions does not help.
  if ((await count(understood.where, understood.exact)) > 0 || (await count({}, [])) === 0) return understood;
  const reasons: string[] = [];
  const exact: string[] = [];
  const kept: MetadataFilter[] = [];
  const preferences = [...understood.preferences];
  for (const words of understood.exact) {
    if ((await count({}, [...exact, words])) > 0) exact.push(words);
    else reasons.push(`No item has the words “${words}”: they are searched for like others.`);
  }
  for (const condition of conditions) {
    if ((await count(joinFilters([...kept, condition]), exact)) > 0) kept.push(condition);
    else {
      preferences.push(condition);
      reasons.push(`No item would be left by “${inWords(condition)}”: those that match come first.`);
    }
  }
  return {
    ...understood,
    where: joinFilters(kept),
    exact,
    preferences,
    reasons: [...understood.reasons, ...reasons],
  };
}
