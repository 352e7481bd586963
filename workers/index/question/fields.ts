/** The fields that the items of an index have, and the types of their values: a question is only matched with these. */
import type { JsonValue, Metadata } from '../../../src/shared/index-types.ts';
import { singular } from './spans.ts';

/** How a field writes dates; bounds of a filter are written alike. */
export type DateFormat = 'utc' | 'day' | 'month' | 'year' | 'year-number' | 'milliseconds' | 'seconds';

interface Named {
  /** The path, as in a filter: `exif.date`. */
  path: string;
  /** Words of the name, lower case and singular: `cookTime_min` is cook, time, min. */
  words: readonly string[];
  /** Number of items that have it. */
  count: number;
}

export interface DateField extends Named {
  format: DateFormat;
  /** Whether a value lies after today. */
  hasFuture: boolean;
}

export interface NumberField extends Named {
  min: number;
  max: number;
}

/** Few different strings: a kind, a place, an author, a list of tags. */
export interface ValueField extends Named {
  /** As they are stored. */
  values: readonly string[];
  isList: boolean;
}

export interface Fields {
  dates: readonly DateField[];
  numbers: readonly NumberField[];
  values: readonly ValueField[];
}

/** More different values are a text rather than a choice. */
const MAX_VALUES = 2000;
/** Media types of office documents have up to 73 letters. */
const MAX_VALUE_LENGTH = 80;
const MAX_DEPTH = 2;
/** Minimum share of a field's values that must be of one type. */
const SHARE = 0.9;

const ISO = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/;
const DATE_WORDS =
  /^(date|day|time|timestamp|taken|created|modified|updated|published|added|sent|received|due|deadline|expires?|expiry|start|end|begin|released?|year|at|on|when|born|issued|paid)$/;

interface Seen {
  count: number;
  numbers: number;
  min: number;
  max: number;
  strings: number;
  lists: number;
  values: Set<string>;
  dates: number;
  /** Counts of precisions: 4, 7 or 10 characters, or a time of UTC. */
  precisions: Map<DateFormat, number>;
  latest: string;
}

export interface FieldProfile {
  add(metadata: Metadata): void;
  /** @param now decides which dates lie ahead */
  fields(now: Date): Fields;
}

/** Items are counted one by one, so that adding to an index does not require reading the others again. */
export function createFieldProfile(): FieldProfile {
  const seen = new Map<string, Seen>();
  return { add: (metadata) => see(metadata, '', 0, seen), fields: (now) => sorted(seen, now) };
}

function sorted(seen: ReadonlyMap<string, Seen>, now: Date): Fields {
  const [dates, numbers, values]: [DateField[], NumberField[], ValueField[]] = [[], [], []];
  for (const [path, found] of seen) {
    const named: Named = { path, words: wordsOf(path), count: found.count };
    const date = dateOf(named, found, now);
    if (date !== null) dates.push(date);
    else if (found.numbers >= SHARE * found.count) {
      numbers.push({ ...named, min: found.min, max: found.max });
    } else if (found.strings + found.lists >= SHARE * found.count && found.values.size <= MAX_VALUES) {
      values.push({ ...named, values: [...found.values], isList: found.lists > found.strings });
    }
  }
  return { dates, numbers, values };
}

function see(metadata: Metadata, prefix: string, depth: number, seen: Map<string, Seen>): void {
  for (const [name, value] of Object.entries(metadata)) {
    if (value === null || typeof value === 'boolean') continue;
    const path = prefix + name;
    if (typeof value === 'object' && !Array.isArray(value)) {
      if (depth < MAX_DEPTH) see(value as Metadata, `${path}.`, depth + 1, seen);
      continue;
    }
    let found = seen.get(path);
    if (found === undefined) {
      found = {
        ...{ count: 0, numbers: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY },
        ...{ strings: 0, lists: 0, values: new Set(), dates: 0, precisions: new Map(), latest: '' },
      };
      seen.set(path, found);
    }
    count(found, value);
  }
}

function count(found: Seen, value: JsonValue): void {
  found.count++;
  if (typeof value === 'number') {
    found.numbers++;
    found.min = Math.min(found.min, value);
    found.max = Math.max(found.max, value);
  } else if (typeof value === 'string') {
    found.strings++;
    remember(found, value);
    const date = ISO.exec(value);
    if (date === null || !(Number(date[1]) >= 1000)) return;
    found.dates++;
    const format = date[4] === 'Z' ? 'utc' : date[3] ? 'day' : date[2] ? 'month' : 'year';
    found.precisions.set(format, (found.precisions.get(format) ?? 0) + 1);
    if (value > found.latest) found.latest = value;
  } else if (Array.isArray(value) && value.every((one) => typeof one === 'string')) {
    found.lists++;
    for (const one of value) remember(found, one as string);
  }
}

function remember({ values }: Seen, value: string): void {
  if (value === '' || value.length > MAX_VALUE_LENGTH || values.size > MAX_VALUES) return;
  values.add(value);
}

/** A string of ISO 8601, or a number in a field that is named like a date. */
function dateOf(named: Named, found: Seen, now: Date): DateField | null {
  if (found.dates >= SHARE * found.count) {
    const [[format] = ['day']] = [...found.precisions].sort((a, b) => b[1] - a[1]) as [DateFormat, number][];
    // Years alone are numbers of anything, unless the name says so.
    if (format === 'year' && !named.words.some((word) => DATE_WORDS.test(word))) return null;
    const isUtc = found.precisions.size === 1 && format === 'utc';
    return {
      ...named,
      format: format === 'utc' && !isUtc ? 'day' : (format as DateFormat),
      hasFuture: found.latest.slice(0, 10) > now.toISOString().slice(0, 10),
    };
  }
  if (found.numbers < SHARE * found.count || !named.words.some((word) => DATE_WORDS.test(word))) return null;
  const { min, max } = found;
  const isYear = min >= 1000 && max <= 2200 && named.words.includes('year');
  if (isYear) return { ...named, format: 'year-number', hasFuture: max > now.getFullYear() };
  const format = min > 1e11 ? 'milliseconds' : min > 1e8 && max < 1e11 ? 'seconds' : null;
  if (format === null) return null;
  return { ...named, format, hasFuture: max > now.getTime() / (format === 'seconds' ? 1000 : 1) };
}

/** @param path a field's path, in any of the usual spellings */
export function wordsOf(path: string): string[] {
  return path
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}%€$£]+/u)
    .filter(Boolean)
    .map(singular);
}
