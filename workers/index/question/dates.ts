/** Dates in a question, as intervals: periods by a grammar of our own, single days by chrono. */
import type { Chrono } from 'chrono-node/en';
import {
  addDays,
  ago,
  day,
  easter,
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
import type { Span } from './spans.ts';

export interface DateContext {
  /** Today, in local time. */
  now: Date;
  /** First day of the week: 1 Monday … 7 Sunday. */
  firstDay: number;
  chrono: Chrono;
}

export interface FoundDate {
  interval: Interval;
  span: Span;
  /** Whether the words are hardly ever anything but a date: last summer, March 2021. Not 2019, not May. */
  isPlain: boolean;
}

type Reader = (match: RegExpExecArray, context: DateContext) => Interval | null;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH =
  'january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec';
const YEAR = String.raw`(?:1[89]|20)\d\d`;
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
const lower = (text: string | undefined) => text?.toLowerCase() ?? '';

/** The pattern, how it is read, and whether it stands for a date without a preposition. */
const READERS: readonly [RegExp, Reader, boolean][] = [
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
      // "the last year" are the last twelve months, "last year" is the one before this.
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
      String.raw`\b(?:(last|this|past|previous)\s+)?(spring|summer|autumn|fall|winter)(?:(?:\s+of|,)?\s+(?:the year )?(${YEAR})(?:[/–-]\d\d(?:\d\d)?)?)?\b`,
      'gi',
    ),
    ([, which, name, year], { now }) => {
      const of = (at: number) => season(lower(name) as Season, at);
      if (year !== undefined) return of(Number(year));
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
      String.raw`\b(?:(last|this|previous)\s+)?(${MONTH})\b\.?(?:(?:\s+of)?,?\s+(${YEAR})\b${NOT_A_YEAR}|\s+['’](\d\d)\b)?(?!\.?\s+\d{1,2}\b)`,
      'gi',
    ),
    (match, { now }) => {
      const [, which, name = '', year, short] = match;
      const of = (at: number) => months(at, monthOf(name), 1);
      const given = year ?? short;
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
      String.raw`\b(?:q([1-4])|(first|second|third|fourth|1st|2nd|3rd|4th) quarter)(?:(?: of)?[ /,-]*(${YEAR}))?\b`,
      'gi',
    ),
    ([, number, word, year], { now }) => {
      const quarter = number === undefined ? (ORDINALS[lower(word)] as number) : Number(number);
      const of = (at: number) => months(at, 3 * (quarter - 1), 3);
      return year === undefined ? latest(now, of, true) : of(Number(year));
    },
    true,
  ],
  [
    /(?<![\d'’])\b(early |mid-?|late )?(?:((?:1[89]|20)\d)0s|['’]?(\d)0s|(twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties))\b/gi,
    ([, , decade, short, word]) => {
      const words = 'twenties thirties forties fifties sixties seventies eighties nineties'.split(' ');
      const tens = word === undefined ? Number(short) : words.indexOf(lower(word)) + 2;
      return years(decade === undefined ? (tens < 3 ? 2000 : 1900) + 10 * tens : 10 * Number(decade), 10);
    },
    false,
  ],
  [
    new RegExp(
      String.raw`\b(?:(last|this|previous)\s+)?(christmas|xmas|easter|halloween|new year['’]?s(?: eve| day)?|valentine['’]?s day)(?:(?: of| in)? (${YEAR}))?\b`,
      'gi',
    ),
    ([, which, name, year], { now }) => {
      const of = (at: number) => holiday(lower(name), at);
      if (year !== undefined) return of(Number(year));
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

/** In the order of the text; of those that overlap the longest. */
export function findDates(text: string, context: DateContext): FoundDate[] {
  const found = days(text, context);
  for (const [pattern, read, isPlain] of READERS) {
    for (const match of text.matchAll(pattern)) {
      const interval = read(match, context);
      if (interval === null) continue;
      const hasYear = WITH_YEAR.test(match[0]);
      const isRelative = /^(last|this|previous)\s/i.test(match[0]);
      const span = { from: match.index, to: match.index + match[0].length };
      found.push({ interval, span, isPlain: isPlain || hasYear || isRelative });
    }
  }
  const length = ({ span }: FoundDate) => span.to - span.from;
  const kept: FoundDate[] = [];
  for (const one of found.sort((a, b) => length(b) - length(a))) {
    const overlaps = ({ span }: FoundDate) => one.span.from < span.to && one.span.to > span.from;
    if (!kept.some(overlaps)) kept.push(one);
  }
  return kept.sort((a, b) => a.span.from - b.span.from);
}

const WITH_YEAR = new RegExp(String.raw`[a-z].*${YEAR}|['’]\d\d$`, 'i');
/** What a day must have: figures of a date, a name of a month beside a figure, a weekday, or a word like yesterday. */
const DAY = new RegExp(
  String.raw`\d+[/.-]\d+[/.-]\d+|\d.*(?:${MONTH})|(?:${MONTH}).*\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:yesterday|today|tomorrow|tonight|last night|this (?:morning|afternoon|evening))\b`,
  'i',
);

/** A day's name alone. */
const NAME_OF_DAY =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|tomorrow|tonight)(?:\s+(?:morning|noon|afternoon|evening|night))?$/i;
/** What items are called, behind whose day it is. */
const ITEMS =
  /^(?:['’]s)?\s+(?:photos?|photographs?|pictures?|pics?|images?|snaps?|notes?|files?|documents?|pdfs?|videos?|e?mails?|messages?|letters?|invoices?|receipts?)\b/i;

/** Whether a day's name belongs to the thing that is named behind it: Sunday roast, a Monday kind of feeling, Yesterday by the Beatles. */
function isPartOfName(text: string, { from, to }: Span): boolean {
  if (!NAME_OF_DAY.test(text.slice(from, to))) return false;
  const isOpening = /(?:^|\b(?:an?|the|and|of|called|named))\s*$/i.test(text.slice(0, from));
  const rest = text.slice(to);
  return isOpening && /^(?:['’]s)?\s+\p{L}/u.test(rest) && !ITEMS.test(rest);
}

function days(text: string, { now, chrono }: DateContext): FoundDate[] {
  return chrono.parse(text, now).flatMap(({ text: words, index, start, end }) => {
    const isDay = start.isCertain('day') || start.isCertain('weekday');
    if (!isDay || !DAY.test(words) || /\bago\b|^in \d/i.test(words)) return [];
    let from = startOfDay(start.date());
    let last = startOfDay((end ?? start).date());
    // What is looked for has mostly been: without a year, and of a weekday alone, the last one.
    if (from > now && !/tomorrow|next|coming/i.test(words)) {
      const shift = (date: Date) =>
        start.isCertain('day')
          ? day(date.getFullYear() - 1, date.getMonth(), date.getDate())
          : addDays(date, -7);
      if (!start.isCertain('year')) [from, last] = [shift(from), shift(last)];
    }
    const span = { from: index, to: index + words.trimEnd().length };
    return [{ interval: { from, to: addDays(last, 1) }, span, isPlain: !isPartOfName(text, span) }];
  });
}

function holiday(name: string, year: number): Interval {
  if (/christmas|xmas/.test(name)) return { from: day(year, 11, 24), to: day(year, 11, 27) };
  if (name === 'easter') return { from: addDays(easter(year), -2), to: addDays(easter(year), 2) };
  if (name === 'halloween') return { from: day(year, 9, 31), to: day(year, 10, 2) };
  if (name.startsWith('val')) return { from: day(year, 1, 14), to: day(year, 1, 15) };
  return { from: day(year - 1, 11, 31), to: day(year, 0, 2) };
}
