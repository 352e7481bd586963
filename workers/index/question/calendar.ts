/** Days as half-open intervals of local time: whole days, weeks, months, seasons and years. */

export interface Interval {
  from: Date;
  /** Excluded. */
  to: Date;
}

export type Period = 'day' | 'week' | 'fortnight' | 'weekend' | 'month' | 'quarter' | 'year' | 'decade';

export const day = (year: number, month: number, date = 1): Date => {
  const made = new Date(year, month, date);
  if (year >= 0 && year < 100) made.setFullYear(year);
  return made;
};

export const startOfDay = (date: Date): Date => day(date.getFullYear(), date.getMonth(), date.getDate());

export function addDays(date: Date, days: number): Date {
  return day(date.getFullYear(), date.getMonth(), date.getDate() + days);
}

/** Clipped to the month's last day: a month before 31 March is the last of February. */
function addMonths(date: Date, months: number): Date {
  const first = day(date.getFullYear(), date.getMonth() + months);
  const last = day(first.getFullYear(), first.getMonth() + 1, 0).getDate();
  return day(first.getFullYear(), first.getMonth(), Math.min(date.getDate(), last));
}

export const months = (year: number, month: number, count: number): Interval => ({
  from: day(year, month),
  to: day(year, month + count),
});

export const years = (year: number, count = 1): Interval => months(year, 0, 12 * count);

/** @param firstDay of a week: 1 Monday … 7 Sunday */
export function period(unit: Period, date: Date, offset: number, firstDay: number): Interval {
  const [year, month] = [date.getFullYear(), date.getMonth()];
  if (unit === 'year') return years(year + offset);
  if (unit === 'decade') return years((Math.floor(year / 10) + offset) * 10, 10);
  if (unit === 'quarter') return months(year, (Math.floor(month / 3) + offset) * 3, 3);
  if (unit === 'month') return months(year, month + offset, 1);
  const today = startOfDay(date);
  if (unit === 'day') return { from: addDays(today, offset), to: addDays(today, offset + 1) };
  if (unit === 'fortnight') return period('week', date, 2 * offset, firstDay);
  if (unit === 'week') {
    const monday = addDays(today, -((today.getDay() - firstDay + 7) % 7));
    return { from: addDays(monday, 7 * offset), to: addDays(monday, 7 * offset + 7) };
  }
  const saturday = addDays(today, -((today.getDay() + 1) % 7)); // of the weekend that is now, or was last
  const isNow = today.getDay() === 6 || today.getDay() === 0;
  const shift = offset < 0 && !isNow ? offset + 1 : offset === 0 && !isNow ? 1 : offset;
  return { from: addDays(saturday, 7 * shift), to: addDays(saturday, 7 * shift + 2) };
}

/** Whether a date of a file or a document can lie in it: not in "65 million years ago", which a Date cannot even hold. */
export const isOfOurTime = ({ from, to }: Interval): boolean =>
  from.getFullYear() >= 1000 && to.getFullYear() <= 9999;

/** The moment so long before a date. */
export function ago(unit: Period, date: Date, count: number): Date {
  const today = startOfDay(date);
  if (unit === 'day') return addDays(today, -Math.round(count));
  if (unit === 'week' || unit === 'weekend') return addDays(today, -Math.round(7 * count));
  if (unit === 'fortnight') return addDays(today, -Math.round(14 * count));
  const inMonths = { month: 1, quarter: 3, year: 12, decade: 120 }[unit] * count;
  return addMonths(today, -Math.round(inMonths));
}

const FIRST_MONTHS = { spring: 2, summer: 5, autumn: 8, fall: 8, winter: 11 } as const;
export type Season = keyof typeof FIRST_MONTHS;

/** Meteorological seasons of the northern half; the winter of a year ends in the next. */
export const season = (name: Season, year: number): Interval => months(year, FIRST_MONTHS[name], 3);

/** The last occurrence of something yearly that is over; `started`: that has begun. */
export function latest(now: Date, of: (year: number) => Interval, started = false): Interval {
  for (let year = now.getFullYear() + 1; ; year--) {
    const found = of(year);
    if (started ? found.from <= now : found.to <= now) return found;
  }
}

/** The year before that of the last one that is over. */
export function yearBefore(now: Date, of: (year: number) => Interval): number {
  for (let year = now.getFullYear() + 1; ; year--) if (of(year).to <= now) return year - 1;
}

/**
 * @param weekday 0 Sunday … 6 Saturday
 * @param before so many weeks before the last one before today
 */
export function lastWeekday(now: Date, weekday: number, before: number): Interval {
  const since = ((startOfDay(now).getDay() - weekday + 6) % 7) + 1;
  const from = addDays(startOfDay(now), -since - 7 * before);
  return { from, to: addDays(from, 1) };
}

/** The last day of that number, of this month or one before. */
export function lastDayOfMonth(now: Date, date: number): Interval | null {
  if (date < 1 || date > 31) return null;
  for (let month = now.getMonth(); ; month--) {
    const found = days(now.getFullYear(), month, date);
    if (found.from <= now && found.from.getDate() === date) return found;
  }
}

/** Gregorian Easter Sunday (Meeus). */
export function easter(year: number): Date {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const [d, e] = [Math.floor(b / 4), b % 4];
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const [i, k] = [Math.floor(c / 4), c % 4];
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  return day(year, month - 1, (h + l - 7 * m + 33 * month + 19) % 32);
}

/** Days of one month, both included. */
export const days = (year: number, month: number, first: number, last = first): Interval => ({
  from: day(year, month, first),
  to: day(year, month, last + 1),
});

const dayAfterEaster = (year: number, count: number): Interval => ({
  from: addDays(easter(year), count),
  to: addDays(easter(year), count + 1),
});

/** The first, second, … of a weekday (0 Sunday) in a month; the 0th is the last of the month before. */
function weekdayOf(year: number, month: number, weekday: number, nth: number): Interval {
  const first = 1 + ((weekday - day(year, month).getDay() + 7) % 7);
  return days(year, month, first + 7 * (nth - 1));
}

/** What people call them, the longest names first, and when they are. */
export const HOLIDAYS: readonly [names: string, of: (year: number) => Interval][] = [
  ['(?:christmas|xmas) eve', (year) => days(year, 11, 24)],
  ['(?:christmas|xmas) day', (year) => days(year, 11, 25)],
  ['christmas|xmas', (year) => days(year, 11, 24, 26)],
  ['boxing day', (year) => days(year, 11, 26)],
  ['good friday', (year) => dayAfterEaster(year, -2)],
  ['easter sunday', (year) => dayAfterEaster(year, 0)],
  ['easter monday', (year) => dayAfterEaster(year, 1)],
  ['easter', (year) => ({ from: addDays(easter(year), -2), to: addDays(easter(year), 2) })],
  ["st\\.? patrick['’]?s day", (year) => days(year, 2, 17)],
  ['(?:fourth|4th) of july|independence day', (year) => days(year, 6, 4)],
  ['labou?r day', (year) => weekdayOf(year, 8, 1, 1)],
  ['memorial day', (year) => weekdayOf(year, 5, 1, 0)],
  ['thanksgiving(?: day)?', (year) => weekdayOf(year, 10, 4, 4)],
  ['(?:bonfire|guy fawkes) night', (year) => days(year, 10, 5)],
  ['halloween', (year) => ({ from: day(year, 9, 31), to: day(year, 10, 2) })],
  ["valentine['’]?s(?: day)?", (year) => days(year, 1, 14)],
  // The eve is of the year that ends with it.
  ["new year(?:['’]?s)? eve", (year) => days(year, 11, 31)],
  ["new year(?:['’]?s)? day", (year) => days(year, 0, 1)],
  ["new year['’]?s", (year) => ({ from: day(year - 1, 11, 31), to: day(year, 0, 2) })],
];
