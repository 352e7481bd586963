/** Dates in a question, as intervals: periods by a grammar of our own (periods.ts), single days by chrono. */
import type { Chrono } from 'chrono-node/en';
import { addDays, day, type Interval, isOfOurTime, startOfDay } from './calendar.ts';
import { MONTH, type Today, YEAR } from './period-words.ts';
import { READERS } from './periods.ts';
import type { Span } from './spans.ts';

export interface DateContext extends Today {
  chrono: Chrono;
}

export interface FoundDate {
  interval: Interval;
  span: Span;
  /** Whether the words are hardly ever anything but a date: last summer, March 2021. Not 2019, not May. */
  isPlain: boolean;
}

/** In the order of the text; of those that overlap the longest. */
export function findDates(text: string, context: DateContext): FoundDate[] {
  const found = days(text, context);
  for (const [pattern, read, isPlain] of READERS) {
    for (const match of text.matchAll(pattern)) {
      const interval = read(match, context);
      if (interval === null || !isOfOurTime(interval)) continue;
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
  String.raw`\d+[/.-]\d+[/.-]\d+|\d.*(?:${MONTH})|(?:${MONTH}).*\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:yesterday|today|tomorrow|tonight)\b`,
  'i',
);

/** A day's name alone. */
const NAME_OF_DAY =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|tomorrow|tonight)(?:\s+(?:morning|noon|afternoon|evening|night))?$/i;
/** What items are called, behind whose day it is. */
const ITEMS =
  /^(?:['’]s)?\s+(?:photos?|photographs?|pictures?|pics?|images?|snaps?|notes?|files?|documents?|pdfs?|videos?|e?mails?|messages?|letters?|invoices?|receipts?)\b/i;

/** Whether a day's name belongs to the thing that it stands beside: Sunday roast, Yesterday by the Beatles, Black Friday. */
function isPartOfName(text: string, { from, to }: Span): boolean {
  const name = text.slice(from, to);
  if (!NAME_OF_DAY.test(name)) return false;
  if (/day$/i.test(name) && /\p{L}\s*$/u.test(text.slice(0, from)) && !/^(?:yester|to)/i.test(name))
    return true;
  const isOpening = /(?:^|\b(?:an?|the|and|of|called|named))\s*$/i.test(text.slice(0, from));
  const rest = text.slice(to);
  return isOpening && /^(?:['’]s)?\s+\p{L}/u.test(rest) && !ITEMS.test(rest);
}

function days(text: string, { now, chrono }: DateContext): FoundDate[] {
  return chrono.parse(text, now).flatMap(({ text: words, index, start, end }) => {
    const isDay = start.isCertain('day') || start.isCertain('weekday');
    if (!isDay || !DAY.test(words) || /\bago\b|\bweek\b|^in \d/i.test(words)) return [];
    let from = startOfDay(start.date());
    let last = startOfDay((end ?? start).date());
    // Items are mostly of the past, so a date without a year, or a weekday alone, is the last one.
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
