/** Filters as lists of conditions, and back. */
import type { MetadataFilter } from '../../../src/shared/index-types.ts';

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
