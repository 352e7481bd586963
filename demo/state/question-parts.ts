/** The parts that a search took out of a question, each with what it takes to change it or leave it out. */
import type { MetadataFilter, SortOrder, Understood } from 'think-then-embed';

/** A word or a number of a part. */
export interface PartValue {
  value: string | number;
  /** What it says in the part: `≥`, `=`; empty for words. */
  sign: string;
  changed(value: string | number): Understood;
}

export interface Part {
  id: string;
  kind: 'text' | 'not' | 'exact' | 'where' | 'preference' | 'sort';
  /** The metadata field, or empty. */
  field: string;
  label: string;
  /** Empty: it can only be left out. */
  values: readonly PartValue[];
  /** The question without it; null: it cannot be left out. */
  removed: Understood | null;
}

const ARROWS = { asc: '↑', desc: '↓' } as const;
const SIGNS = { gt: '>', gte: '≥', lt: '<', lte: '≤' } as const;
const JOINED = ['and', 'or', 'not'];

export function partsOf(understood: Understood): Part[] {
  const { text, not, exact, where, preferences, sort } = understood;
  const conditions = split(where);
  const word = (value: string, changed: (value: string) => Understood): PartValue[] => [
    { value, sign: '', changed: (next) => changed(String(next)) },
  ];
  const listed = (kind: 'not' | 'exact', list: readonly string[]): Part[] =>
    list.map((value, i) => ({
      id: `${kind}-${i}`,
      kind,
      field: '',
      label: value,
      values: word(value, (next) => ({ ...understood, [kind]: replaced(list, i, next) })),
      removed: { ...understood, [kind]: replaced(list, i) },
    }));
  const filtered = (
    kind: 'where' | 'preference',
    list: readonly MetadataFilter[],
    put: (list: readonly MetadataFilter[]) => Understood,
  ): Part[] =>
    list.map((filter, i) => ({
      id: `${kind}-${i}`,
      kind,
      field: fieldOf(filter) ?? '',
      label: describe(filter),
      values: valuesOf(filter).map(({ value, sign, changed }) => ({
        value,
        sign,
        changed: (next) => put(replaced(list, i, changed(next))),
      })),
      removed: put(replaced(list, i)),
    }));
  const ordered = ({ field, direction }: SortOrder): Part => ({
    id: 'sort-0',
    kind: 'sort',
    field,
    label: `${field} ${ARROWS[direction]}`,
    values: [],
    removed: { ...understood, sort: null },
  });
  return [
    {
      id: 'text',
      kind: 'text',
      field: '',
      label: text,
      values: word(text, (next) => ({ ...understood, text: next })),
      removed: null,
    },
    ...filtered('where', conditions, (list) => ({ ...understood, where: joined(list) })),
    ...filtered('preference', preferences, (list) => ({ ...understood, preferences: list })),
    ...listed('exact', exact),
    ...listed('not', not),
    ...(sort ? [ordered(sort)] : []),
  ];
}

/** Whether anything was taken out of the question. */
export function hasParts({ not, exact, where, preferences, sort }: Understood): boolean {
  return sort !== null || not.length + exact.length + preferences.length + Object.keys(where).length > 0;
}

/** The list with another element there, or without it. */
function replaced<T>(list: readonly T[], at: number, ...by: readonly T[]): T[] {
  return [...list.slice(0, at), ...by, ...list.slice(at + 1)];
}

/** One condition each. */
function split(filter: MetadataFilter): MetadataFilter[] {
  return Object.entries(filter).flatMap(([key, value]) =>
    key === 'and'
      ? (value as readonly MetadataFilter[]).flatMap(split)
      : [{ [key]: value } as MetadataFilter],
  );
}

function joined(filters: readonly MetadataFilter[]): MetadataFilter {
  return filters.length > 1 ? { and: filters } : (filters[0] ?? {});
}

function fieldOf(filter: MetadataFilter): string | null {
  const keys = Object.keys(filter);
  const [key] = keys;
  return keys.length === 1 && key !== undefined && !JOINED.includes(key) ? key : null;
}

function describe(filter: MetadataFilter): string {
  return Object.entries(filter)
    .map(([key, value]) => {
      if (key === 'not') return `not (${describe(value as MetadataFilter)})`;
      if (key === 'and' || key === 'or') return (value as MetadataFilter[]).map(describe).join(` ${key} `);
      return `${key} ${said(value)}`;
    })
    .join(' and ');
}

function said(condition: unknown): string {
  if (typeof condition !== 'object' || condition === null) return `= ${condition}`;
  if ('exists' in condition) return condition.exists ? 'is there' : 'is not there';
  if ('in' in condition) return `= ${(condition.in as unknown[]).join(' or ')}`;
  if ('all' in condition) return `= ${(condition.all as unknown[]).join(' and ')}`;
  return Object.entries(condition)
    .map(([sign, bound]) => `${SIGNS[sign as keyof typeof SIGNS]} ${bound}`)
    .join(', ');
}

/** The words and numbers of a condition on one field. */
function valuesOf(
  filter: MetadataFilter,
): { value: string | number; sign: string; changed(value: string | number): MetadataFilter }[] {
  const field = fieldOf(filter);
  const condition = field === null ? undefined : filter[field];
  const isValue = (value: unknown): value is string | number =>
    typeof value === 'string' || typeof value === 'number';
  if (field === null) return [];
  if (isValue(condition)) return [{ value: condition, sign: '=', changed: (next) => ({ [field]: next }) }];
  if (typeof condition !== 'object' || condition === null) return [];
  return Object.entries(SIGNS).flatMap(([key, sign]) => {
    const bound = (condition as Record<string, unknown>)[key];
    const changed = (next: string | number) => ({ [field]: { ...condition, [key]: next } }) as MetadataFilter;
    return isValue(bound) ? [{ value: bound, sign, changed }] : [];
  });
}
