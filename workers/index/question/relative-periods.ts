/** Periods that are told from today: last week, three days ago, the summer before last, the 12th. */
import {
  addDays,
  ago,
  lastDayOfMonth,
  lastWeekday,
  latest,
  months,
  type Period,
  period,
  type Season,
  season,
  startOfDay,
  yearBefore,
} from './calendar.ts';
import { NUMBER, parseNumber } from './numbers.ts';
import {
  countOf,
  DAYS,
  HOLIDAY_NAMES,
  holidayOf,
  lower,
  MONTH,
  monthOf,
  type Reader,
} from './period-words.ts';

/** As `READERS`. */
export const RELATIVE: readonly [RegExp, Reader, boolean][] = [
  [
    new RegExp(
      String.raw`\b(the )?(last|past|previous|this|current|next)\s+(?:(${NUMBER})\s+)?(day|week-?end|week|fortnight|month|quarter|half[ -]year|year|decade)s?\b(?! old)`,
      'gi',
    ),
    (match, { now, firstDay }) => {
      const [, the, which, count, written] = match;
      const isHalf = /^half/i.test(written ?? '');
      const unit = (isHalf ? 'month' : lower(written).replace('-', '')) as Period;
      const word = lower(which);
      if (count === undefined && word === 'next') return period(unit, now, 1, firstDay);
      if (count === undefined && /this|current/.test(word)) return period(unit, now, 0, firstDay);
      // "the last year" is the last twelve months, "last year" is the one before this.
      const isRolling =
        count !== undefined ||
        word === 'past' ||
        unit === 'fortnight' ||
        isHalf ||
        (the !== undefined && word === 'last' && unit !== 'weekend');
      if (!isRolling) return period(unit, now, -1, firstDay);
      if (/this|current|next/.test(word)) return null;
      return {
        from: ago(unit, now, (isHalf ? 6 : 1) * (count === undefined ? 1 : parseNumber(count, '.'))),
        to: addDays(startOfDay(now), 1),
      };
    },
    true,
  ],
  [
    new RegExp(
      String.raw`\b(${NUMBER}|an?)\s+(day|week|fortnight|month|year|decade)s?\s+ago(\s+today)?\b`,
      'gi',
    ),
    ([, count = '', written, today], { now, firstDay }) => {
      const unit = lower(written) as Period;
      const then = ago(unit, now, countOf(count));
      return period(today === undefined ? unit : 'day', then, 0, firstDay);
    },
    true,
  ],
  [
    /\b(?:(this morning|this afternoon|this evening|earlier today)|last (?:night|evening))\b/gi,
    ([, today], { now, firstDay }) => period('day', now, today === undefined ? -1 : 0, firstDay),
    true,
  ],
  [/\b(?:the )?day before yesterday\b/gi, (_, { now, firstDay }) => period('day', now, -2, firstDay), true],
  [
    new RegExp(
      String.raw`\b(?:the )?(?:(week|week-?end|month|quarter|year|decade)|(${DAYS})|(${MONTH})|(spring|summer|autumn|fall|winter)|(${HOLIDAY_NAMES})) before last\b`,
      'gi',
    ),
    ([, unit, weekday, month, name, holiday], { now, firstDay }) => {
      if (unit !== undefined) return period(lower(unit).replace('-', '') as Period, now, -2, firstDay);
      if (weekday !== undefined) return lastWeekday(now, DAYS.split('|').indexOf(lower(weekday)), 1);
      const of = month
        ? (year: number) => months(year, monthOf(month), 1)
        : name
          ? (year: number) => season(lower(name) as Season, year)
          : holidayOf(holiday as string);
      return of(yearBefore(now, of));
    },
    true,
  ],
  // Thursday last week, last week on Thursday.
  [
    new RegExp(
      String.raw`\b(?:(${DAYS})(?:,| of| in)?\s+(last|this)\s+week|(last|this)\s+week(?:,|['’]s| on)?\s+(${DAYS}))\b`,
      'gi',
    ),
    ([, before, which1, which2, behind], { now, firstDay }) => {
      const week = period('week', now, /this/i.test(which1 ?? which2 ?? '') ? 0 : -1, firstDay);
      const weekday = DAYS.split('|').indexOf(lower(before ?? behind));
      const from = addDays(week.from, (weekday - week.from.getDay() + 7) % 7);
      return { from, to: addDays(from, 1) };
    },
    true,
  ],
  // Since the summer; not in the summer, which is any.
  [
    /(?<=\b(?:since|before|after|until|till|over) )(?:the )?(spring|summer|autumn|fall|winter)\b(?!\s+(?:of\s+)?\d)/gi,
    ([, name], { now }) => latest(now, (year) => season(lower(name) as Season, year), true),
    true,
  ],
  // Since the start of the year.
  [
    /(?<=\b(?:start|beginning|middle|end) of )(?:the|this)\s+(week|month|quarter|year)\b/gi,
    ([, unit], { now, firstDay }) => period(lower(unit) as Period, now, 0, firstDay),
    true,
  ],
  // From the 12th.
  [
    /(?<=\b(?:on|from|of|since|before|after|until|till|by|to|and|between) )the (\d\d?)(?:st|nd|rd|th)(?=\s*(?:[,.?!)]|$)|\s+(?:and|to|until|till|with|without|about|from|not|but|onwards?|that|which)\b)/gi,
    ([, date], { now }) => lastDayOfMonth(now, Number(date)),
    true,
  ],
];
