/** Whether the parts of a question were understood as a person means them, judged by which items each lets through. */
import type { Metadata, MetadataFilter, Understood } from '../../src/shared/index-types.ts';
import { compileFilter } from '../../workers/index/filter.ts';
import { conditionsOf } from '../../workers/index/question/filters.ts';
import type { Asked, Meant } from './meant.ts';

export interface Judgement {
  right: number;
  meant: number;
  /** Conditions that nobody meant. */
  extra: number;
}

export function judge(
  { text, meant }: Asked,
  { where, not, exact, sort }: Understood,
  items: readonly Metadata[],
): Judgement {
  const lets = (filter: MetadataFilter) => {
    const fits = compileFilter(filter);
    return items.map((item) => (fits(item) ? 1 : 0)).join('');
  };
  const conditions = conditionsOf(where).map((filter) => ({ filter, lets: lets(filter), isMeant: false }));
  const has = (phrases: readonly string[], phrase: string) =>
    phrases.some((one) => one.toLowerCase() === phrase);
  const isTaken = (one: Meant): boolean => {
    if ('not' in one) return has(not, one.not);
    if ('exact' in one) return has(exact, one.exact);
    if ('sort' in one) return sort?.field === one.sort && one.directions.includes(sort.direction);
    const right = 'any' in one ? one.any.map(lets) : [];
    const found = conditions.find(({ filter, lets }) =>
      'near' in one ? isNear(filter, one.near, one.value) : right.includes(lets),
    );
    if (found) found.isMeant = true;
    return found !== undefined;
  };
  const right = meant.filter(isTaken).length;
  // The key names kinds only where they are the point, and what is excluded may be a value, too.
  const extra = conditions.filter(
    ({ filter, isMeant }) => !isMeant && !isNamedKind(filter, text) && !isExcluded(filter, not),
  );
  const isOrdered = sort !== null && !meant.some((one) => 'sort' in one);
  return { right, meant: meant.length, extra: extra.length + (isOrdered ? 1 : 0) };
}

function isNear(filter: MetadataFilter, field: string, value: number): boolean {
  if (!Object.hasOwn(filter, field)) return false;
  const fits = compileFilter(filter);
  const at = (factor: number) => fits({ [field]: value * factor });
  return at(1) && at(0.95) && at(1.05) && !at(0.5) && !at(1.6);
}

const SAID: Readonly<Record<string, RegExp>> = {
  image: /photo|picture|image/i,
  video: /video|movie|film|clip/i,
  audio: /audio|recording|song|podcast/i,
};

function isNamedKind({ kind }: MetadataFilter, text: string): boolean {
  return typeof kind === 'string' && (SAID[kind] ?? new RegExp(kind, 'i')).test(text);
}

function isExcluded(filter: MetadataFilter, not: readonly string[]): boolean {
  const values = Object.values((filter.not ?? {}) as Record<string, { in?: readonly string[] }>);
  return values.some((condition) =>
    condition.in?.some((value) => not.some((phrase) => phrase.toLowerCase() === value.toLowerCase())),
  );
}
