/** The order that a question asks for: cheapest, newest photos, the last three invoices, sorted by size; by fields that the items have. */
import type { SortOrder } from '../../../src/shared/index-types.ts';
import { chosen } from './date-bounds.ts';
import type { Fields } from './fields.ts';
import { ITEM_NOUNS, nounsOfAll, ownKinds } from './kinds.ts';
import { fitting, nounField } from './number-fields.ts';
import { type Span, type Spans, singular } from './spans.ts';
import {
  ASCENDING,
  BETWEEN,
  DESCENDING,
  type Direction,
  END,
  HEAD,
  LAST_DONE,
  MORE_NOUNS,
  NAMED,
  NO_ITEM,
  NUMERAL,
  type Property,
  SUPERLATIVES,
  THE,
  USUAL,
  VERBS,
} from './superlatives.ts';

export interface FoundOrder {
  sort: SortOrder;
  span: Span;
  /** `price, the least first`. */
  reason: string;
}

export function findOrder(spans: Spans, fields: Fields, isWorldly: boolean): FoundOrder | null {
  const reader = createReader(spans, fields);
  for (const read of [arranged, firsts, superlatives, extremes, verbs]) {
    const found = read(reader, isWorldly);
    if (found !== null) return found;
  }
  return null;
}

interface Reader {
  spans: Spans;
  fields: Fields;
  /** What items are called, as a pattern. */
  nouns: string;
  order(property: Property, direction: Direction | undefined, from: number, to: number): FoundOrder | null;
  /** By the name of a field, or by a common name of an order. */
  named(word: string, direction: Direction | undefined, from: number, to: number): FoundOrder | null;
}

function createReader(spans: Spans, fields: Fields): Reader {
  const nouns = `(?:${[ITEM_NOUNS, MORE_NOUNS, ...ownKinds(fields.values)].join('|')})`;
  const made = (field: string, direction: Direction, from: number, to: number, isDate = false) => {
    const span = { from, to };
    const ends = isDate ? ['oldest', 'newest'] : ['least', 'greatest'];
    const reason = `${field}, the ${ends[direction === 'asc' ? 0 : 1]} first`;
    return spans.isFree(span) ? { sort: { field, direction }, span, reason } : null;
  };
  const order: Reader['order'] = (property, direction = USUAL[property] ?? 'desc', from, to) => {
    const field = fieldOf(property, fields, spans.text, from, to);
    return field === null ? null : made(field, direction, from, to, property === 'date');
  };
  return {
    ...{ spans, fields, nouns, order },
    named(word, direction, from, to) {
      const name = singular(word.toLowerCase());
      const property = NAMED[name];
      const known = property === undefined ? null : order(property, direction, from, to);
      if (known !== null) return known;
      const number = nounField(name, fields.numbers);
      if (number !== null) return made(number.path, direction ?? 'desc', from, to);
      const value = fields.values.find(({ words, isList }) => !isList && words.includes(name));
      return value === undefined ? null : made(value.path, direction ?? 'asc', from, to);
    },
  };
}

/** Kinds whose length is one of time. */
const RECORDING = /\b(?:videos?|clips?|movies?|films?|audio|recordings?|songs?|podcasts?|memos?|vídeos?)\b/i;

function fieldOf(
  property: Property,
  { dates, numbers }: Fields,
  text: string,
  from: number,
  to: number,
): string | null {
  if (property === 'date') {
    return dates.length === 0 ? null : chosen(dates, text, text.slice(from, to)).path;
  }
  if (property === 'rating') return nounField('rated', numbers)?.path ?? null;
  if (property === 'length') {
    const time = fitting(numbers, 'time')[0] ?? null;
    const pages = nounField('page', numbers);
    return ((RECORDING.test(text) ? (time ?? pages) : (pages ?? time))?.path ?? null) as string | null;
  }
  return fitting(numbers, property)[0]?.path ?? null;
}

const anySuperlative = SUPERLATIVES.map(([words]) => words).join('|');
const superlativeOf = (words: string) =>
  SUPERLATIVES.find(([pattern]) => new RegExp(`^(?:${pattern})$`, 'i').test(words)) ?? null;

/** Sorted by price, by date (newest first), from oldest to newest, in chronological order. */
function arranged({ spans, order, named }: Reader, isWorldly: boolean): FoundOrder | null {
  if (isWorldly) return null; // how to sort a list by date
  const direction = String.raw`(?:,?\s*\(?(?:in\s+)?(?:(${ASCENDING})|(${DESCENDING})|(${anySuperlative})\s+first)(?:\s+order)?\)?)?`;
  const sorted = new RegExp(
    String.raw`(?:,\s*)?(?:\b(?:sort(?:ed)?|order(?:ed)?|rank(?:ed)?|arranged?)\b(?:\s+(?:them|it|these))?\s+by|\bby(?=\s+(?:${Object.keys(NAMED).join('|')})(?:\s*[.?!]*\s*$|,?\s*\(?(?:in\s+)?(?:${ASCENDING}|${DESCENDING}|(?:${anySuperlative})\s+first)\b)))\s+(?:the\s+|their\s+)?(\p{L}+)${END}${direction}`,
    'giu',
  );
  for (const match of spans.matches(sorted)) {
    const [whole, word = '', up, down, first] = match;
    const said = first === undefined ? undefined : superlativeOf(first)?.[2];
    const found = named(word, up ? 'asc' : down ? 'desc' : said, match.index, match.index + whole.length);
    if (found !== null) return found;
  }
  // "sort my notes by date": the verb stands at the beginning.
  const apart = /^\s*(?:sort|order|rank|arrange)\s+(?:all\s+|the\s+|my\s+)*/i.exec(spans.text);
  const by = apart && /\s+by\s+(?:the\s+)?(\p{L}+)\s*[.?!]*\s*$/iu.exec(spans.text);
  if (apart && by) {
    const found = named(by[1] as string, undefined, by.index, spans.text.length);
    if (found !== null && spans.isFree({ from: 0, to: apart[0].length })) {
      spans.take({ from: 0, to: apart[0].length });
      return found;
    }
  }
  const ends = `${anySuperlative}|best|worst`;
  const span = new RegExp(
    String.raw`(?:,\s*)?\bfrom\s+(?:the\s+)?(${ends})\s+to\s+(?:the\s+)?(?:${ends})${END}`,
    'giu',
  );
  for (const match of spans.matches(span)) {
    const [whole, first = ''] = match;
    const [property, direction] = /^(?:best|worst)$/i.test(first)
      ? (['rating', /best/i.test(first) ? 'desc' : 'asc'] as const)
      : [superlativeOf(first)?.[1] as Property, superlativeOf(first)?.[2] as Direction];
    const found = order(property, direction, match.index, match.index + whole.length);
    if (found !== null) return found;
  }
  const chronological = /(?:,\s*)?\b(?:in\s+)?(reverse\s+)?chronological(?:ly|\s+order)/giu;
  for (const match of spans.matches(chronological)) {
    const direction = match[1] ? 'desc' : 'asc';
    const found = order('date', direction, match.index, match.index + match[0].length);
    if (found !== null) return found;
  }
  return null;
}

/** Newest first; highest rating first. */
function firsts({ spans, order, named }: Reader): FoundOrder | null {
  const pattern = new RegExp(
    String.raw`(?:,\s*)?${THE}(?:(${anySuperlative})|(highest|largest|most|lowest|smallest|least|fewest)\s+(\p{L}+)|(best|worst))\s+(?:ones?\s+)?first(?=\s*(?:[,.?!)]|$))`,
    'giu',
  );
  for (const match of spans.matches(pattern)) {
    const [whole, words, extreme, noun = '', judged] = match;
    const to = match.index + whole.length;
    const superlative = words === undefined ? null : superlativeOf(words);
    const found = superlative
      ? order(superlative[1], superlative[2], match.index, to)
      : judged !== undefined
        ? order('rating', /best/i.test(judged) ? 'desc' : 'asc', match.index, to)
        : named(noun, directionOf(extreme as string), match.index, to);
    if (found !== null) return found;
  }
  return null;
}

const directionOf = (extreme: string): Direction =>
  /^(?:lowest|smallest|least|fewest|shortest)$/i.test(extreme) ? 'asc' : 'desc';

/** The cheapest kettle, newest photos of the lake, the last three invoices, la photo la plus récente. */
function superlatives({ spans, nouns, order }: Reader, isWorldly: boolean): FoundOrder | null {
  const { text } = spans;
  for (const [words, property, direction, beside] of SUPERLATIVES) {
    const pattern = new RegExp(
      String.raw`(?:,\s*)?${THE}(?<![\p{L}\p{N}-])(?:${NUMERAL}\s+)?(?:${words})${END}(?:\s+${NUMERAL}(?=\s))?`,
      'giu',
    );
    for (const match of spans.matches(pattern)) {
      const [from, to] = [match.index, match.index + match[0].length];
      const [head, tail] = [text.slice(0, from), text.slice(to)];
      if (NEGATED.test(head) || NO_ITEM.test(tail)) continue;
      const isBefore = new RegExp(String.raw`^\s+${BETWEEN}${nouns}${END}`, 'iu').test(tail);
      const isBehind =
        new RegExp(String.raw`(?<![\p{L}\p{N}])${nouns}\s*$`, 'iu').test(head) && ENDS.test(tail);
      const isAround = HEAD.test(head) || ENDS.test(tail);
      const isItem = isBefore || isBehind;
      if (!isItem && (isWorldly || beside !== 'head' || !isAround)) continue;
      if (beside === 'next' && !isNext(head, match[0], tail, nouns)) continue;
      const found = order(property, direction, from, to);
      if (found !== null) return found;
    }
  }
  return null;
}

/** Behind a superlative that stands after what it is of: hotels, cheapest; la photo la plus récente du chien. */
const ENDS = /^\s*(?:[,.?!]|$|(?:of|from|in|with|without|by|about|under|over|for|between|since|before)\b)/i;
const NEGATED = /\b(?:not|never|at|than|n['’]t)\s*$/i;
/** Behind these a `first` or a `last` is one of a row, not the newest. */
function isNext(head: string, words: string, tail: string, nouns: string): boolean {
  const isAsked = HEAD.test(head) || /\b(?:my|our)\b/i.test(words) || /\b(?:my|our)\s*$/i.test(head);
  const follows = new RegExp(
    String.raw`^\s+(?:${nouns})${END}(?!\s+(?:ever|page|class|minute|order)\b)`,
    'iu',
  ).test(tail);
  return isAsked && follows;
}

/** With the most pages, the highest rating: where a field is called so. */
function extremes({ spans, named }: Reader): FoundOrder | null {
  const pattern = new RegExp(
    String.raw`(?:,\s*)?(?:\b(?:with|having|that\s+ha(?:s|ve)|which\s+ha(?:s|ve)|has|have|of|by|at)\s+)?(\bthe\s+)?(?<![\p{L}\p{N}-])(most|highest|greatest|largest|biggest|longest|least|fewest|lowest|smallest|shortest)\s+(?:number\s+of\s+)?(\p{L}+)${END}`,
    'giu',
  );
  for (const match of spans.matches(pattern)) {
    const [whole, , extreme = '', noun = ''] = match;
    const isLinked = /^(?:,\s*)?(?:with|having|that|which|has|have|by)\b/i.test(whole);
    const isEnd = /^\s*[.?!]*\s*$/.test(spans.text.slice(match.index + whole.length));
    if (!isLinked && !(isEnd && /\bthe\b/i.test(whole))) continue;
    const found = named(noun, directionOf(extreme), match.index, match.index + whole.length);
    if (found !== null) return found;
  }
  return null;
}

function verbs({ spans, order }: Reader): FoundOrder | null {
  for (const [pattern, property] of VERBS) {
    for (const match of spans.matches(new RegExp(`${pattern}${END}`, 'giu'))) {
      const direction = /most/i.test(match[1] as string) ? 'desc' : 'asc';
      const found = order(property, direction, match.index, match.index + match[0].length);
      if (found !== null) return found;
    }
  }
  for (const match of spans.matches(LAST_DONE)) {
    const direction = /first/i.test(match[1] as string) ? 'asc' : 'desc';
    const found = order('date', direction, match.index, match.index + match[0].length);
    if (found !== null) return found;
  }
  return null;
}

/** Whether the rest only names what all items are: files, or photos if there are no other items. */
export function saysNothingElse(left: string, { values }: Fields): boolean {
  const nouns = ['(?:file|thing|item|document|entry|entrie|one)s?|stuff', ...nounsOfAll(values)].join('|');
  return new RegExp(String.raw`^\s*(?:(?:the|my|our|all|any|of|an?)\s+)*(?:${nouns})?\s*$`, 'iu').test(left);
}
