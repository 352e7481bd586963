/** From numbers in a question to conditions on the items' number fields: over 50 euros, at most 30 minutes, rated 4 or more. */
import type { Condition } from '../../../src/shared/index-types.ts';
import type { Fields, NumberField } from './fields.ts';
import {
  currencyOf,
  fieldFor,
  inField,
  nameBefore,
  nounField,
  type Quantity,
  rounded,
  SYNONYMS,
} from './number-fields.ts';
import { decimalSign, NUMBER, parseNumber } from './numbers.ts';
import type { FoundCondition, Sureness } from './parts.ts';
import { escaped, type Spans, singular } from './spans.ts';
import { CURRENCY_SIGN, UNIT, type Unit, unitOf } from './units.ts';

type Comparison = 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'about';

const COMPARISONS: readonly [Comparison, string][] = [
  [
    'gte',
    'at (?:the )?(?:very )?least|(?:above|over|greater th[ae]n|more th[ae]n|higher than) or equal(?: to)?|(?:no|not) (?:less|fewer|lower|cheaper|shorter) th[ae]n|a minimum of|minimum(?: of)?|min\\.?|starting (?:at|from)|upwards? of|>=|≥|not (?:under|below)',
  ],
  [
    'lte',
    'at (?:the )?(?:very )?most|(?:below|under|less th[ae]n|lower th[ae]n|fewer than) or equal(?: to)?|(?:no|not) (?:more|greater|higher|longer|bigger|larger|heavier)(?: expensive)? th[ae]n|(?:not|no|never) (?:over|above|exceeding|beyond)|a maximum of|to a maximum of|maximum(?: of)?|max\\.?|up to|within|(?:a )?(?:budget|limit)(?: of)?|<=|≤',
  ],
  [
    'gt',
    'over|above|more(?: expensive)? th[ae]n|(?:greater|higher|bigger|larger|longer|heavier|taller|wider|thicker|deeper|farther|further|pricier|dearer|costlier|better) th[ae]n|exceed(?:s|ing)|beyond|in excess of|north of|>',
  ],
  [
    'lt',
    'under|sub[- ]?|below|beneath|not as (?:much|many|long|high|expensive) as|less(?: expensive)? th[ae]n|(?:fewer|lower|smaller|shorter|lighter|cheaper|narrower|thinner) th[ae]n|south of|<',
  ],
  ['about', 'about|abt\\.?|around|roughly|approximately|approx\\.?|circa|ca\\.?|~|close to|near(?:ly)?'],
  ['eq', 'exactly|precisely|='],
];
const AFTER: readonly [Comparison, string][] = [
  [
    'gte',
    '(?:or|and) (?:more|above|over|higher|better|longer|up(?:wards)?|larger|bigger|upwards?|greater|heavier|farther|further|wider|taller)|(?:at )?minimum|\\+|plus|at (?:the )?least|up(?:wards?)?',
  ],
  [
    'lte',
    '(?:or|and) (?:less|under|fewer|cheaper|below|shorter|smaller|lower|lighter|narrower)|maximum|max|tops|at (?:the )?most',
  ],
  ['about', '-?ish|or so|give or take|or thereabouts'],
];
const alternatives = (all: readonly [Comparison, string][]) => all.map(([, source]) => source).join('|');
const LINK = String.raw`(?:(?:that|which|who|anywhere|somewhere|set|back|got|with|for|of|has|have|having|cost|costs|costing|priced|is|are|was|were|at|a|an|worth|takes?|taking|lasts?|lasting|weighs?|weighing|runs?|running|totall?ing|rated|sized|measuring|contain(?:s|ing)?|serves?|serving|feeds?|feeding|it|i|we|paid|spent|spend|pay|me|to|only|just)\s+)*`;

/** Behind a time: an hour and a half, 1 h 20 min, 1h30. */
const REST = String.raw`\s+and\s+a\s+(?:half|quarter)(?!\p{L})|(?<=\d\s?h|hrs?|hours?|minutes?)\s+(?:and\s+)?\d{1,2}\s?(?:m|mins?|minutes?|s|secs?|seconds?)(?![\p{L}\p{N}])|(?<=\dh)[0-5]\d(?:m|min)?(?![\p{L}\p{N}])`;
const QUANTITY = String.raw`(?:(${CURRENCY_SIGN}|(?:eur|usd|gbp|chf)(?=\s?\d))\s?)?(${NUMBER}|an?(?=\s${UNIT}(?!\p{L})))(?:(?:-?ish)?[\s-]?(${UNIT})(?:(?![\p{L}\p{N}])|(?<=\dh)(?=[0-5]\d))(${REST})?)?`;
/** Patterns of one quantity and of two, with the nouns that the fields count by. */
function patternsFor(fields: readonly NumberField[]): { one: RegExp; range: RegExp } {
  const words = new Set(fields.flatMap(({ words }) => words.filter((word) => word.length > 2)));
  const nouns = [...words, ...Object.keys(SYNONYMS).filter((noun) => nounField(noun, fields) !== null)];
  const noun =
    nouns.length > 0 ? String.raw`(?:[\s-]((?:${nouns.map(escaped).join('|')})(?:e?s)?)(?!\p{L}))?` : '()';
  const start = String.raw`(?<![\p{L}\p{N}.,])`;
  const side = String.raw`(?:\s+(?:wide|tall|high|long|deep|heavy|in (?:width|height|length|weight)))?`;
  // "over 10 and under 50 euros": what another number follows is of that.
  const suffix = String.raw`(?:\s*(${alternatives(AFTER)})(?!\p{L})(?<!\band\s\p{L}{3,10}(?=\s*[€$£¥]?\s?\d)))?`;
  return {
    one: new RegExp(
      String.raw`${start}(?:(${alternatives(COMPARISONS)})\s*(?:the )?)?${QUANTITY}(\+)?${noun}${side}${suffix}`,
      'giu',
    ),
    range: new RegExp(
      String.raw`${start}(?:(between|from)\s+)?${QUANTITY}\s*(?:and|to|[-–—]|up to|through|until)\s*${QUANTITY}${noun}${side}`,
      'giu',
    ),
  };
}

export function numberConditions(
  spans: Spans,
  fields: Fields,
  locale: string,
  sureness: Sureness,
): FoundCondition[] {
  if (fields.numbers.length === 0) return [];
  const decimal = decimalSign(locale);
  const found: FoundCondition[] = [];

  const quantity = (sign = '', number = '', unit = '', rest = '', noun = ''): Quantity => {
    const measured = unitOf(sign) ?? unitOf(unit) ?? (/grand$/i.test(number) ? MONEY : null);
    // Money never has three decimals: 1.200 € is twelve hundred in every locale.
    const mark = measured?.dimension === 'money' ? '' : decimal;
    return {
      value: (/^an?$/i.test(number) ? 1 : parseNumber(number, mark)) + restOf(rest, measured),
      unit: measured,
      noun: singular(noun.toLowerCase()),
    };
  };

  function add(
    from: number,
    to: number,
    test: (field: NumberField) => { test: Condition; phrase: string } | null,
    wanted: Quantity,
    sure: boolean,
  ) {
    const start = linkStart(spans.text, from);
    const head = spans.text.slice(0, from);
    const named = nameBefore(head, fields.numbers, spans);
    const chosen = named?.field ?? fieldFor(wanted, fields.numbers, spans.text.slice(start, to));
    if (chosen === null) return;
    // "countries with less than a million people" are no servings.
    const isOther =
      wanted.noun !== '' && !chosen.words.includes(wanted.noun) && wanted.value > 10 * chosen.max;
    const made = isOther ? null : test(chosen);
    if (made === null) return;
    const begin = named === null ? start : Math.min(start, named.from);
    const other = currencyOf(wanted.unit, fields.values, chosen);
    if (other === 'other') return;
    const span = { from: begin, to };
    // Without a unit or a name, a number may be anything; it is a price if it lies in the range of the items' prices.
    const isPrice = chosen.min <= wanted.value && wanted.value <= chosen.max && !COUNTED_OTHERWISE.test(head);
    const isNamed = named !== null || wanted.unit !== null || wanted.noun !== '' || isPrice;
    const condition = {
      span,
      where: { [chosen.path]: made.test, ...other },
      reason: `${chosen.path} ${made.phrase}`,
      isSure: sure && isNamed && sureness !== 'general',
    };
    found.push(condition);
    if (condition.isSure) spans.take(span);
  }

  const patterns = patternsFor(fields.numbers);
  for (const match of spans.matches(patterns.range)) {
    const [whole, opener, sign1, number1, unit1, rest1, sign2, number2, unit2, rest2, noun] = match;
    const high = quantity(sign2, number2, unit2, rest2, noun);
    const low = quantity(sign1, number1, unit1 ?? unit2, rest1, noun);
    const unit = high.unit ?? low.unit;
    const isNamed = nameBefore(spans.text.slice(0, match.index), fields.numbers, spans) !== null;
    if (!opener && unit === null && high.noun === '' && !isNamed) continue;
    const end = match.index + whole.trimEnd().length;
    add(
      match.index,
      end,
      (field) => {
        const ends = [inField(low.value, low.unit ?? unit, field), inField(high.value, unit, field)];
        const [from = 0, to = 0] = /between/i.test(opener ?? '') ? ends.sort((a, b) => a - b) : ends;
        if (!(from <= to)) return null;
        return { test: { gte: from, lte: to }, phrase: `from ${from} to ${to}` };
      },
      { ...high, unit },
      true,
    );
  }

  for (const match of spans.matches(patterns.one)) {
    const [whole, operator, sign, number = '', unit, rest, plus, noun = '', suffix] = match;
    const isArticle = /^an?$/i.test(number);
    const isWord = !/\d/.test(number);
    const wanted = quantity(sign, number, unit, rest, noun);
    const counted = wanted.unit === null ? nounField(wanted.noun, fields.numbers) : null;
    const isAbout = /\dish\b|-ish\b/i.test(whole);
    const comparison =
      comparisonOf(operator, COMPARISONS) ??
      comparisonOf(suffix ?? plus, AFTER) ??
      (isAbout ? 'about' : null);
    const head = spans.text.slice(0, match.index);
    const isNamed = nameBefore(head, fields.numbers, spans) !== null;
    // "an hour" is a number beside a comparison only; "for a tenner" is a price.
    const isPaid = wanted.unit?.dimension === 'money' && PAID.test(head);
    if (isArticle && comparison === null && !isPaid) continue;
    const to = match.index + whole.length;
    const isAlone = wanted.unit === null && counted === null && !isNamed;
    // A small number in words counts something; "around 2019" is a year.
    const isPrice = isWord
      ? wanted.value >= 20 && comparison !== null
      : !YEAR.test(number) || isCompared(comparison);
    if (isAlone && !isPrice) continue;
    const asked = { ...wanted, noun: wanted.unit === null ? wanted.noun : '' };
    if (comparison === null && asked.unit?.dimension !== 'money' && counted === null && !isNamed) continue;
    const isExact = comparison === null || comparison === 'eq';
    const link = spans.text.slice(linkStart(spans.text, match.index), match.index);
    // one-page letters, a 20 page report; not two pages.
    const isAdjective =
      counted?.words.includes(wanted.noun) === true &&
      (whole.includes(`-${noun}`) || (wanted.value !== 1 && !/(?:s|people)$/i.test(noun)));
    const isLinked =
      isNamed || isAdjective || comparison !== null || EXACT_LINK.test(link) || STARS.test(whole);
    if (!isLinked && counted !== null) continue; // two people on a beach
    if (isAlone && !ALONE.test(spans.text.slice(to))) continue; // over 4 cups
    add(
      match.index,
      trimmedEnd(spans.text, to),
      (field) => {
        const value = inField(wanted.value, wanted.unit, field);
        if (comparison === 'about') {
          const [from, to] = [rounded(value * 0.8), rounded(value * 1.2)];
          return { test: { gte: from, lte: to }, phrase: `about ${value}` };
        }
        if (isExact) return { test: value, phrase: `of ${value}` };
        return { test: { [comparison]: value } as Condition, phrase: `${PHRASES[comparison]} ${value}` };
      },
      asked,
      isLinked && (sureness === 'item' || comparison !== null),
    );
  }
  return found;
}

/** Before a number that is meant exactly: for 4 people, costing 20 euros. */
const EXACT_LINK =
  /\b(?:for|costs?|costing|priced|worth|paid|spent|at|with|serv(?:es|ing)|feeds|takes|lasts|rated)\b/i;

const YEAR = /^(?:19|20)\d\d$/;
const isCompared = (comparison: Comparison | null) =>
  comparison !== null && comparison !== 'about' && comparison !== 'eq';

const MONEY: Unit = { dimension: 'money', factor: 1 };

const PAID = /\b(?:for|costs?|costing|paid|spent)\s+$/i;

/** Before a number that is hardly a price: women over 50, speeds below 80. */
const COUNTED_OTHERWISE =
  /\b(?:wom[ae]n|m[ae]n|persons?|people|adults?|kids?|child(?:ren)?|boys?|girls?|players?|patients?|students?|drivers?|aged?|ages|anyone|everyone|those|speeds?|temperatures?|degrees?|numbers?|values?|scores?|levels?|grades?|marks?|cities|countries|populations?|years?)\s*$/i;

/** Hardly ever anything but a rating: 4 star hotels. */
const STARS = /^[1-5][\s-]stars?$/i;

/** After a number that counts nothing. */
const ALONE =
  /^\s*(?:[,.?!;)]|$)|^\s+(?:from|in|with|without|but|and|or|for|that|which|since|before|after|not|no)\b/i;

/** What `REST` adds, in the unit before it. */
function restOf(rest: string, unit: Unit | null): number {
  const [, part, figures = '', small = 'min'] = /(half|quarter)|(\d+)\s?(\p{L}+)?/iu.exec(rest) ?? [];
  if (part !== undefined) return /half/i.test(part) ? 0.5 : 0.25;
  if (figures === '') return 0;
  return (Number(figures) * (/^s/i.test(small) ? 1 : 60)) / (unit?.factor ?? 1);
}

function linkStart(text: string, at: number): number {
  return new RegExp(String.raw`(?:^|(?<=\s))${LINK}$`, 'iu').exec(text.slice(0, at))?.index ?? at;
}

const PHRASES = { gt: 'above', gte: 'at least', lt: 'below', lte: 'at most' } as const;

function comparisonOf(words: string | undefined, all: readonly [Comparison, string][]): Comparison | null {
  if (words === undefined) return null;
  return all.find(([, source]) => new RegExp(`^(?:${source})$`, 'i').test(words.trim()))?.[0] ?? null;
}

function trimmedEnd(text: string, to: number): number {
  return text.slice(0, to).trimEnd().length;
}
