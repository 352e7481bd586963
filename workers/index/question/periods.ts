/** Periods in a question: last summer, March 2021, Q2 of last year, the late nineties, 2019–2021. */
import {
  addDays,
  ago,
  days,
  HOLIDAYS,
  type Interval,
  latest,
  months,
  type Period,
  period,
  type Season,
  season,
  startOfDay,
  years,
} from './calendar.ts';
import { NUMBER, parseNumber } from './numbers.ts';

export interface Today {
  /** In local time. */
  now: Date;
  /** First day of the week: 1 Monday … 7 Sunday. */
  firstDay: number;
}

type Reader = (match: RegExpExecArray, today: Today) => Interval | null;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
export const MONTH =
  'january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec';
export const YEAR = String.raw`(?:1[89]|20)\d\d`;
/** A year as another period's: of 2021, last year. */
const OF_YEAR = String.raw`(?:\s+(?:of|in))?,?\s+((?:the year )?${YEAR}|(?:last|this|the previous|the past) year)\b`;
const NOT_A_YEAR = String.raw`(?![\d.,]*\d|\s*(?:[€$£%]|(?:euros?|dollars?|pounds?|words?|people|kcal|calories|km|kg|m|g|mb|kb|px|pixels)\b))`;
const ORDINALS: Readonly<Record<string, number>> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  '1st': 1,
  '2nd': 2,
  '3rd': 3,
  '4th': 4,
};

const monthOf = (name: string) => MONTHS.indexOf(name.slice(0, 3).toLowerCase());
const yearOf = (written: string) => {
  const year = Number(written.replace(/\D/g, ''));
  return written.length > 3 ? year : year + (year < 70 ? 2000 : 1900);
};
/** The year that `OF_YEAR` names. */
const namedYear = (written: string, now: Date): number => {
  const figures = /\d{4}/.exec(written)?.[0];
  if (figures !== undefined) return Number(figures);
  return now.getFullYear() - (/this/i.test(written) ? 0 : 1);
};
const lower = (text: string | undefined) => text?.toLowerCase() ?? '';

/** The pattern, how it is read, and whether it stands for a date without a preposition. */
export const READERS: readonly [RegExp, Reader, boolean][] = [
  [
    new RegExp(
      String.raw`\b(the )?(last|past|previous|this|current|next)\s+(?:(${NUMBER})\s+)?(day|week-?end|week|month|quarter|year|decade)s?\b(?! old)`,
      'gi',
    ),
    (match, { now, firstDay }) => {
      const [, the, which, count, written] = match;
      const unit = lower(written).replace('-', '') as Period;
      const word = lower(which);
      if (count === undefined && word === 'next') return period(unit, now, 1, firstDay);
      if (count === undefined && /this|current/.test(word)) return period(unit, now, 0, firstDay);
      // "the last year" is the last twelve months, "last year" is the one before this.
      const isRolling = count !== undefined || word === 'past' || (the !== undefined && unit !== 'weekend');
      if (!isRolling) return period(unit, now, -1, firstDay);
      if (/this|current|next/.test(word)) return null;
      return {
        from: ago(unit, now, count === undefined ? 1 : parseNumber(count, '.')),
        to: addDays(startOfDay(now), 1),
      };
    },
    true,
  ],
  [
    new RegExp(String.raw`\b(${NUMBER})\s+(day|week|month|year|decade)s?\s+ago\b`, 'gi'),
    ([, count = '', written], { now, firstDay }) => {
      const unit = lower(written) as Period;
      return period(unit, ago(unit, now, parseNumber(count, '.')), 0, firstDay);
    },
    true,
  ],
  [
    new RegExp(
      String.raw`\b(?:(last|this|past|previous)\s+)?(spring|summer|autumn|fall|winter)(?:${OF_YEAR}(?:[/–-]\d\d(?:\d\d)?)?)?\b`,
      'gi',
    ),
    ([, which, name, year], { now }) => {
      const of = (at: number) => season(lower(name) as Season, at);
      if (year !== undefined) return of(namedYear(year, now));
      if (which === undefined) return null;
      return lower(which) === 'this' ? latest(now, of, true) : latest(now, of);
    },
    true,
  ],
  [
    new RegExp(String.raw`\b(early|mid|middle of|late)[ -](?:the )?(${YEAR})\b${NOT_A_YEAR}`, 'gi'),
    ([, part, year]) =>
      months(Number(year), /early/i.test(part ?? '') ? 0 : /mid/i.test(part ?? '') ? 4 : 8, 4),
    true,
  ],
  [
    new RegExp(
      String.raw`\b(?:(last|this|previous)\s+)?(${MONTH})\b\.?(?:${OF_YEAR}${NOT_A_YEAR}|\s+['’](\d\d)\b)?(?!\.?\s+\d{1,2}\b)`,
      'gi',
    ),
    (match, { now }) => {
      const [, which, name = '', year, short] = match;
      const of = (at: number) => months(at, monthOf(name), 1);
      const given = year === undefined ? short : String(namedYear(year, now));
      const isVerb =
        /^may$/i.test(name) &&
        given === undefined &&
        /^\s+[a-z]/.test(match.input.slice(match.index + match[0].length));
      if (isVerb && which !== undefined) return null; // this may be
      if (given !== undefined) return of(yearOf(given));
      return latest(now, of, which === undefined || lower(which) === 'this');
    },
    false,
  ],
  [
    new RegExp(
      String.raw`\b(?:q([1-4])|(first|second|third|fourth|1st|2nd|3rd|4th) quarter)(?:[/-](${YEAR})|${OF_YEAR})?\b`,
      'gi',
    ),
    ([, number, word, joined, named], { now }) => {
      const quarter = number === undefined ? (ORDINALS[lower(word)] as number) : Number(number);
      const of = (at: number) => months(at, 3 * (quarter - 1), 3);
      const year = joined ?? named;
      return year === undefined ? latest(now, of, true) : of(namedYear(year, now));
    },
    true,
  ],
  [
    new RegExp(String.raw`\b(?:h([12])|(first|1st|second|2nd) half)${OF_YEAR}`, 'gi'),
    ([, number, word = '', year = ''], { now }) =>
      months(namedYear(year, now), number === '2' || /^(?:s|2)/i.test(word) ? 6 : 0, 6),
    true,
  ],
  [
    new RegExp(
      String.raw`(?<![\d.,/-])\b(${YEAR})(?:\s?[-–—]\s?(${YEAR})|/(\d\d))(?![\d/.,-]*\d)${NOT_A_YEAR}`,
      'gi',
    ),
    ([, first, second, short]) => {
      const last = second === undefined ? yearOf(`${first?.slice(0, 2)}${short}`) : Number(second);
      return last > Number(first) && last - Number(first) < 100
        ? years(Number(first), last - Number(first) + 1)
        : null;
    },
    false,
  ],
  [
    new RegExp(
      String.raw`\b(?:the )?(\d\d?)(?:st|nd|rd|th)?\s*(?:to|and|until|till|through|[-–—])\s*(?:the )?(\d\d?)(?:st|nd|rd|th)?(?: of)?\s+(${MONTH})\b\.?(?:${OF_YEAR})?`,
      'gi',
    ),
    ([, first, last, name = '', year], { now }) => {
      const of = (at: number) => days(at, monthOf(name), Number(first), Number(last));
      if (!(Number(first) < Number(last)) || Number(last) > 31) return null;
      return year === undefined ? latest(now, of, true) : of(namedYear(year, now));
    },
    true,
  ],
  [
    /(?<![\d'’])\b(early |mid-?|late )?(?:((?:1[89]|20)\d)0s|['’]?(\d)0s|(twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties))\b/gi,
    ([, part = '', decade, short, word]) => {
      const words = 'twenties thirties forties fifties sixties seventies eighties nineties'.split(' ');
      const tens = word === undefined ? Number(short) : words.indexOf(lower(word)) + 2;
      const first = decade === undefined ? (tens < 3 ? 2000 : 1900) + 10 * tens : 10 * Number(decade);
      if (part === '') return years(first, 10);
      return years(first + (/early/i.test(part) ? 0 : /mid/i.test(part) ? 3 : 6), 4);
    },
    false,
  ],
  [
    new RegExp(
      String.raw`\b(?:(last|this|previous)\s+)?(${HOLIDAYS.map(([name]) => name).join('|')})(?:${OF_YEAR})?\b`,
      'gi',
    ),
    ([, which, name = '', year], { now }) => {
      const of = HOLIDAYS.find(([names]) => new RegExp(`^(?:${names})$`, 'i').test(name))?.[1];
      if (of === undefined) return null;
      if (year !== undefined) return of(namedYear(year, now));
      return latest(now, of, which !== undefined && lower(which) === 'this');
    },
    false,
  ],
  [
    new RegExp(String.raw`(?<![\d.,/-])\b(?:(?:the )?year )?(${YEAR})\b(?![/-]\d)${NOT_A_YEAR}`, 'g'),
    ([, year]) => years(Number(year)),
    false,
  ],
];
