/** Whether a question was taken apart as intended, judged by which items each part lets through and not by its form. */
import type { MetadataFilter, Understood } from '../../src/shared/index-types.ts';
import { compileFilter } from '../../workers/index/filter.ts';
import { conditionsOf } from '../../workers/index/question/filters.ts';
import type { DrawnItem, Part } from './draw.ts';

export interface Judgement {
  /** Parts meant, and taken so. */
  right: number;
  /** Parts meant. */
  meant: number;
  /** Conditions on fields that the question does not mention. */
  extra: number;
}

export function judge(
  parts: readonly Part[],
  understood: Understood,
  items: readonly DrawnItem[],
): Judgement {
  const lets = (where: MetadataFilter) => {
    const fits = compileFilter(where);
    return items.map(({ metadata }) => (fits(metadata) ? 1 : 0)).join('');
  };
  const taken = conditionsOf(understood.where).map((where) => ({
    where,
    field: fieldOf(where),
    lets: lets(where),
  }));
  const used = new Set<object>();
  let right = 0;
  for (const part of parts) {
    if (part.kind === 'where') {
      const found = taken.find((one) => one.field === part.field && one.lets === lets(part.where));
      if (found) used.add(found);
      if (found) right++;
    } else if (part.kind === 'not') {
      if (understood.not.some((phrase) => phrase.toLowerCase() === part.phrase)) right++;
    } else if (understood.exact.includes(part.words)) right++;
  }
  const extra = taken.filter((one) => !used.has(one) && one.field !== null).length;
  return { right, meant: parts.length, extra };
}

/** The field that a condition is on. */
function fieldOf(where: MetadataFilter): string | null {
  const [[name, condition] = [null, null]] = Object.entries(where);
  return name === 'not' ? fieldOf(condition as MetadataFilter) : name;
}
