/** Periods in a question: last summer, March 2021, Q2 of last year, the late nineties, 2019–2021. */
import { addDays, days, type Interval, latest, months, type Season, season, years } from './calendar.ts';
import {
  HOLIDAY_NAMES,
  holidayOf,
  lower,
  MONTH,
  monthOf,
  NOT_A_YEAR,
  namedYear,
  OF_YEAR,
  type Reader,
  YEAR,
  yearOf,
} from './period-words.ts';
import { RELATIVE } from './relative-periods.ts';

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

/** @param nth from 1; 0: the last */
function partOfMonth(year: number, month: number, nth: number, unit: string): Interval {
  const whole = months(year, month, 1);
  if (unit === 'half')
    return nth === 1
      ? { from: whole.from, to: addDays(whole.from, 15) }
      : { from: addDays(whole.from, 15), to: whole.to };
  if (unit === 'week') {
    const from = nth === 0 ? addDays(whole.to, -7) : addDays(whole.from, 7 * (nth - 1));
    return { from, to: addDays(from, 7) };
  }
  const first = addDays(whole.from, (6 - whole.from.getDay() + 7) % 7);
  const end = addDays(whole.to, -1);
  const last = addDays(end, -((end.getDay() + 1) % 7));
  const from = nth === 0 ? last : addDays(first, 7 * (nth - 1));
  return { from, to: addDays(from, 2) };
}

/** The pattern, how it is read, and whether it stands for a date without a preposition. */
export const READERS: readonly [RegExp, Reader, boolean][] = [
  ...RELATIVE,
  // The second week, weekend or half of August.
  [
    new RegExp(
      String.raw`\b(?:the )?(first|second|third|fourth|1st|2nd|3rd|4th|last) (week-?end|week|half) (?:of|in) (${MONTH})\b\.?(?:${OF_YEAR})?(?!\.?\s+\d)`,
      'gi',
    ),
    ([, which, unit, name = '', year], { now }) => {
      const nth = ORDINALS[lower(which)] ?? 0;
      const of = (at: number) => partOfMonth(at, monthOf(name), nth, lower(unit));
      return year === undefined ? latest(now, of, true) : of(namedYear(year, now));
    },
    true,
  ],
  // Feb 24, where that is no day.
  [
    new RegExp(
      String.raw`(?<=\b(?:in|of|during|since|from|before|after|until|till|to) )(${MONTH})\.?\s+(2\d)(?![\d:.,/-]|(?:st|nd|rd|th)\b|\s+(?:\d|euros?|people|pages))`,
      'gi',
    ),
    ([, name = '', year]) => months(2000 + Number(year), monthOf(name), 1),
    true,
  ],
  // 2024-11, 11/2024; not the season 2010/11.
  [
    new RegExp(
      String.raw`(?<![\d.,/-])(?:(${YEAR})[/-](0[1-9]|1[0-2])|(0?[1-9]|1[0-2])[/.](${YEAR}))(?![\d/-]|\.\d)`,
      'g',
    ),
    ([written, before, month1, month2, behind]) => {
      const [year, month] = [Number(before ?? behind), Number(month1 ?? month2)];
      return written.includes('/') && before !== undefined && month === (year % 100) + 1
        ? null
        : months(year, month - 1, 1);
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
    /(?<![\d'’])(?<!\b(?:than|under|over|least|most|about|around|max)\s)\b(early |mid-?|late )?(?:((?:1[89]|20)\d)0s|['’]?(\d)0s|(noughties|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties))\b/gi,
    ([, part = '', decade, short, word]) => {
      const words = 'noughties _ twenties thirties forties fifties sixties seventies eighties nineties'.split(
        ' ',
      );
      const tens = word === undefined ? Number(short) : words.indexOf(lower(word));
      const first = decade === undefined ? (tens < 3 ? 2000 : 1900) + 10 * tens : 10 * Number(decade);
      if (part === '') return years(first, 10);
      return years(first + (/early/i.test(part) ? 0 : /mid/i.test(part) ? 3 : 6), 4);
    },
    false,
  ],
  [
    new RegExp(String.raw`\b(?:(last|this|previous)\s+)?(${HOLIDAY_NAMES})(?:${OF_YEAR})?\b`, 'gi'),
    ([, which, name = '', year], { now }) => {
      const of = holidayOf(name);
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
