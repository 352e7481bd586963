/** Bounds of dates, and how a field writes them. */
import type { Condition } from '../../../src/shared/index-types.ts';
import { addDays, startOfDay } from './calendar.ts';
import type { DateField } from './fields.ts';

/** Bounds of a condition: from, included, and to, excluded. */
export interface Bounds {
  from?: Date;
  to?: Date;
}

const FIELD_VERBS: readonly [RegExp, RegExp][] = [
  [/\b(taken|shot|photographed|filmed|captured)\b/i, /^(taken|shot|captured|original)$/],
  [/\b(modified|edited|changed|updated)\b/i, /^(modified|edited|changed|updated)$/],
  [/\b(created|made|written|drawn)\b/i, /^(created|made|written)$/],
  [/\b(published|posted|released|issued)\b/i, /^(published|posted|released|issued)$/],
  [/\b(due|expir\w+|deadline)\b/i, /^(due|expire|expires|expiry|deadline)$/],
  [
    /\b(sent|received|added|paid|bought|ordered|booked)\b/i,
    /^(sent|received|added|paid|bought|ordered|booked|purchased)$/,
  ],
];
const USUAL =
  'date taken created published written time timestamp sent added year day modified updated'.split(' ');

/** The field that the question names or its verb is of; else the usual one. */
export function chosen(fields: readonly DateField[], text: string, words: string): DateField {
  for (const [verb, names] of FIELD_VERBS) {
    const own =
      (verb.test(words) || (verb.source.includes('due') && verb.test(text))) &&
      fields.find((field) => field.words.some((word) => names.test(word)));
    if (own) return own;
  }
  const place = ({ words }: DateField) => {
    const at = USUAL.findIndex((usual) => words.includes(usual));
    return at < 0 ? USUAL.length : at;
  };
  return [...fields].sort((a, b) => place(a) - place(b) || b.count - a.count)[0] as DateField;
}

export function written({ from, to }: Bounds, format: DateField['format']): Condition {
  return {
    ...(from && { gte: bound(from, format) }),
    ...(to && { lt: bound(roundedUp(to, format), format) }),
  } as Condition;
}

function bound(date: Date, format: DateField['format']): string | number {
  if (format === 'utc') return date.toISOString();
  if (format === 'milliseconds') return date.getTime();
  if (format === 'seconds') return date.getTime() / 1000;
  const local = localDay(date);
  if (format === 'month') return local.slice(0, 7);
  if (format === 'year') return local.slice(0, 4);
  return format === 'year-number' ? date.getFullYear() : local;
}

/** Where a field knows only months or years, one that has begun counts whole. */
function roundedUp(to: Date, format: DateField['format']): Date {
  const last = addDays(to, -1);
  if (format === 'month') return new Date(last.getFullYear(), last.getMonth() + 1, 1);
  return format === 'year' || format === 'year-number' ? new Date(last.getFullYear() + 1, 0, 1) : to;
}

function localDay(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function phrase({ from, to }: Bounds): string {
  const last = to && localDay(addDays(startOfDay(to), -1));
  if (from && to) {
    const first = localDay(from);
    return first === last ? `on ${first}` : `from ${first} to ${last}`;
  }
  return from ? `from ${localDay(from)} on` : `before ${localDay(to as Date)}`;
}
