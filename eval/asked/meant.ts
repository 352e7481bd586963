/** What a question asks for, as a person would say it. If a part has several conditions, any of them is right. */
import type { Condition, MetadataFilter, SortOrder } from '../../src/shared/index-types.ts';

export type Meant =
  | { any: MetadataFilter[] }
  | { not: string }
  | { exact: string }
  /** About so much: five per cent away is in, half of it is out. */
  | { near: string; value: number }
  /** In this order, by this field; of several directions any is right. */
  | { sort: string; directions: readonly SortOrder['direction'][] };

export interface Asked {
  kind: string;
  /** BCP 47, of the page. */
  locale: string;
  text: string;
  meant: readonly Meant[];
}

export type Table = Readonly<Record<string, readonly (readonly [text: string, ...meant: Meant[]])[]>>;

/** @param locales of kinds that are asked in another language than British English */
export function askedOf(table: Table, locales: Readonly<Record<string, string>> = {}): Asked[] {
  return Object.entries(table).flatMap(([kind, rows]) =>
    rows.map(([text, ...meant]) => ({ kind, locale: locales[kind] ?? 'en-GB', text, meant })),
  );
}

export const on = (field: string, ...any: Condition[]): Meant => ({
  any: any.map((condition) => ({ [field]: condition }) as MetadataFilter),
});
/** Days: from one on, up to another, which is left out. */
export const d = (gte: string | null, lt: string | null = null): Meant =>
  on('date', { ...(gte !== null && { gte }), ...(lt !== null && { lt }) } as Condition);
/** Of several readings of a date any is right. */
export const either = (...meant: Meant[]): Meant => ({
  any: meant.flatMap((one) => ('any' in one ? one.any : [])),
});
export const below = (field: string, n: number) => on(field, { lt: n }, { lte: n });
export const above = (field: string, n: number) => on(field, { gt: n }, { gte: n });
export const within = (field: string, a: number, b: number) =>
  on(field, { gte: a, lte: b }, { gte: a, lt: b }, { gt: a, lt: b });
export const near = (field: string, value: number): Meant => ({ near: field, value });
export const sorted = (sort: string, ...directions: SortOrder['direction'][]): Meant => ({
  ...{ sort, directions },
});
export const not = (phrase: string): Meant => ({ not: phrase });
export const exact = (words: string): Meant => ({ exact: words });
/** Megabytes of 10⁶ or 2²⁰ bytes. */
export const megabytes = (sign: 'gt' | 'lt', n: number, field = 'size'): Meant =>
  on(field, { [sign]: n * 1e6 } as Condition, { [sign]: n * 2 ** 20 } as Condition);
export const tag = (value: string) => on('tags', value);
export const kind = (value: string) => on('kind', value);
export const lacks = (field: string, value: string): Meant => ({
  any: [{ not: { [field]: value } as MetadataFilter }],
});
const OFFICE = 'application/vnd.openxmlformats-officedocument';
export const DOCX = `${OFFICE}.wordprocessingml.document`;
export const XLSX = `${OFFICE}.spreadsheetml.sheet`;
