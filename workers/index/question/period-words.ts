/** The words that periods in a question are made of. */
import { HOLIDAYS, type Interval } from './calendar.ts';
import { parseNumber } from './numbers.ts';

export interface Today {
  /** In local time. */
  now: Date;
  /** First day of the week: 1 Monday … 7 Sunday. */
  firstDay: number;
}

/** Null: the words are no period. */
export type Reader = (match: RegExpExecArray, today: Today) => Interval | null;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
export const MONTH =
  'january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec';
export const YEAR = String.raw`(?:1[89]|20)\d\d`;
/** A year as another period's: of 2021, last year. */
export const OF_YEAR = String.raw`(?:\s+(?:of|in))?,?\s+((?:the year )?${YEAR}|(?:last|this|the previous|the past) year)\b`;
export const NOT_A_YEAR = String.raw`(?![\d.,]*\d|\s*(?:[€$£%]|(?:euros?|dollars?|pounds?|words?|people|kcal|calories|km|kg|m|g|mb|kb|px|pixels)\b))`;
export const monthOf = (name: string) => MONTHS.indexOf(name.slice(0, 3).toLowerCase());
export const yearOf = (written: string) => {
  const year = Number(written.replace(/\D/g, ''));
  return written.length > 3 ? year : year + (year < 70 ? 2000 : 1900);
};
/** The year that `OF_YEAR` names. */
export const namedYear = (written: string, now: Date): number => {
  const figures = /\d{4}/.exec(written)?.[0];
  if (figures !== undefined) return Number(figures);
  return now.getFullYear() - (/this/i.test(written) ? 0 : 1);
};
export const DAYS = 'sunday|monday|tuesday|wednesday|thursday|friday|saturday';
export const HOLIDAY_NAMES = HOLIDAYS.map(([names]) => names).join('|');

export const countOf = (written: string) => (/^an?$/i.test(written) ? 1 : parseNumber(written, '.'));
export const holidayOf = (name: string) =>
  (HOLIDAYS.find(([names]) => new RegExp(`^(?:${names})$`, 'i').test(name)) as (typeof HOLIDAYS)[number])[1];

export const lower = (text: string | undefined) => text?.toLowerCase() ?? '';
