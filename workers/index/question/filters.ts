/** Filters as lists of conditions, and back; and in words. */
import type { Condition, MetadataFilter } from '../../../src/shared/index-types.ts';

/** One filter of several that must all match: plain fields side by side, what would overwrite another under `and`. */
export function joinFilters(filters: readonly MetadataFilter[]): MetadataFilter {
  const joined: Record<string, MetadataFilter[string]> = {};
  const rest: MetadataFilter[] = [];
  for (const filter of filters) {
    const isPlain = Object.keys(filter).every(
      (field) => !['and', 'or', 'not'].includes(field) && !Object.hasOwn(joined, field),
    );
    if (isPlain) Object.assign(joined, filter);
    else rest.push(filter);
  }
  return { ...joined, ...(rest.length > 0 && { and: rest }) } as MetadataFilter;
}

/** The conditions of a filter that must all match, each as a filter. */
export function conditionsOf({ and = [], ...fields }: MetadataFilter): MetadataFilter[] {
  const own = Object.entries(fields).filter(([, condition]) => condition !== undefined);
  return [
    ...own.map(([field, condition]) => ({ [field]: condition }) as MetadataFilter),
    ...and.flatMap(conditionsOf),
  ];
}

const SIGNS = { gt: 'above', gte: 'at least', lt: 'below', lte: 'at most' } as const;

/** For users: date at least 2024-01-01 and below 2025-01-01. */
export function inWords(filter: MetadataFilter): string {
  return Object.entries(filter)
    .map(([field, condition]) => {
      if (field === 'not') return `not (${inWords(condition as MetadataFilter)})`;
      if (field !== 'and' && field !== 'or') return `${field} ${said(condition as Condition)}`;
      return (condition as readonly MetadataFilter[]).map(inWords).join(` ${field} `);
    })
    .join(' and ');
}

function said(condition: Condition): string {
  if (typeof condition !== 'object' || condition === null) return `${condition}`;
  if ('in' in condition) return condition.in.join(' or ');
  if ('all' in condition) return condition.all.join(' and ');
  if ('exists' in condition) return condition.exists ? 'there' : 'not there';
  return Object.entries(condition)
    .map(([sign, bound]) => `${SIGNS[sign as keyof typeof SIGNS]} ${bound}`)
    .join(' and ');
}
