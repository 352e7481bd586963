/** The words by which a question asks for an order, and the property of the items that each is about. */
import type { SortOrder } from '../../../src/shared/index-types.ts';
import type { Dimension } from './units.ts';

export type Direction = SortOrder['direction'];
/** What items are ordered by; `length`: pages of papers, time of recordings. */
export type Property = Exclude<Dimension, 'count'> | 'date' | 'rating' | 'length';
/**
 * What must stand beside a superlative: `item` what items are called, perhaps behind other words (*largest beach photo*); `next` the
 * same and nothing between but adjectives (*last* is much else); `head`: that, or it is what the question begins or ends with.
 */
type Beside = 'item' | 'next' | 'head';

export const SUPERLATIVES: readonly [words: string, Property, Direction, Beside][] = [
  [
    'cheapest|least (?:expensive|costly|pricey)|lowest[ -]pric(?:ed|e)|most affordable',
    'money',
    'asc',
    'head',
  ],
  ['most (?:expensive|costly|pricey)|priciest|costliest|highest[ -]pric(?:ed|e)', 'money', 'desc', 'head'],
  ['(?:best|highest|top)[ -](?:rated|scored|reviewed)|highest[ -]rating', 'rating', 'desc', 'head'],
  ['(?:worst|lowest)[ -](?:rated|scored|reviewed)|lowest[ -]rating', 'rating', 'asc', 'head'],
  [
    `most recent(?:ly (?:added|taken|made|written|saved|bought|created|shot|edited|modified|changed|updated|received|sent))?|newest|latest`,
    'date',
    'desc',
    'item',
  ],
  ['oldest|earliest|least recent', 'date', 'asc', 'item'],
  ['last', 'date', 'desc', 'next'],
  ['first', 'date', 'asc', 'next'],
  ['largest|biggest', 'bytes', 'desc', 'item'],
  ['smallest|tiniest', 'bytes', 'asc', 'item'],
  ['longest', 'length', 'desc', 'item'],
  ['shortest', 'length', 'asc', 'item'],
  ['quickest|fastest', 'time', 'asc', 'item'],
  ['slowest', 'time', 'desc', 'item'],
  ['heaviest', 'mass', 'desc', 'head'],
  ['lightest', 'mass', 'asc', 'head'],
];

export const NUMERAL = String.raw`(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|twenty)`;
export const THE = String.raw`(?:\b(?:the|my|our|all|any)\s+)*`;
/** Words between a superlative and what it is of: nothing that begins another phrase. */
export const BETWEEN = String.raw`(?:(?!(?:of|for|in|on|to|with|from|by|and|or|is|are|was|were|the|that|which|at|ever)\b)[\p{L}\p{N}'’-]+\s+){0,2}`;
export const END = String.raw`(?![\p{L}\p{N}-])`;
/** What the question may begin with. */
export const HEAD =
  /^\s*(?:(?:please|(?:can|could|would|will) you|show|find|search(?: for)?|get|give|list|me|us|what|which|where|is|are|was|were|[’']s|do|did|i|need|want|see|looking for|buy|have)\s+)*(?:the|my|our|an?)?\s*$/i;
/** Beside what items of any kind are called. */
export const MORE_NOUNS =
  '(?:attachment|payslip|purchase|payment|transaction|quote|draft|version|backup|screenshot|download|podcast|film)s?';
/** Asks for something that is done rather than for one of the items. */
export const NO_ITEM = /^\s+(?:ways?|methods?|means|to|thing to|places? to|time to|route|path)\b/i;

/** Of what the verb says: what did I spend the most on. */
export const VERBS: readonly [pattern: string, Property][] = [
  [
    String.raw`\b(?:costs?|paid|pay|spent|spend)(?:\s+(?:me|us|i|we))?(?:\s+the)?\s+(most|least)(?:\s+money)?(?:\s+(?:on|for))?`,
    'money',
  ],
  [
    String.raw`\b(?:that\s+|which\s+)?(?:tak(?:es?|ing)|us(?:es?|ing)|need(?:s|ing)?|occup(?:y|ies|ying))(?:\s+up)?\s+the\s+(most|least)\s+(?:disk\s+)?(?:space|room|storage|memory)`,
    'bytes',
  ],
  [String.raw`\b(?:that\s+|which\s+)?weigh(?:s|ing)?\s+the\s+(most|least)`, 'mass'],
];
const DONE =
  'took|taken|made|wrote|written|sent|got|bought|came|received|added|saved|opened|edited|shot|visited';
/** The photo I took last, the letter that came first, what did I buy most recently. */
export const LAST_DONE = new RegExp(
  String.raw`(?:\b(?:that|which)\s+)?(?:\b(?:i|we)\s+)?\b(?:${DONE})\s+(last|most recently|first)(?=\s*[.?!]*\s*$)`,
  'giu',
);

/** Names of orders, in addition to the names of fields. */
export const NAMED: Readonly<Record<string, Property>> = {
  ...{ date: 'date', time: 'date', day: 'date', age: 'date', recency: 'date' },
  ...{ price: 'money', cost: 'money', rating: 'rating', star: 'rating', score: 'rating' },
  ...{ size: 'bytes', length: 'length', duration: 'time', weight: 'mass' },
};
/** Which end comes first if an order is only named: the one that people usually look at first. */
export const USUAL: Partial<Record<Property, Direction>> = { money: 'asc', time: 'asc', mass: 'asc' };

export const ASCENDING = `ascending|asc|upwards?|lowest first|low to high|from low to high`;
export const DESCENDING = `descending|desc|downwards?|highest first|high to low|from high to low`;
