/** The field that a number in a question refers to, and the number in that field's unit. */
import type { NumberField, ValueField } from './fields.ts';
import { type Spans, singular } from './spans.ts';
import { type Dimension, fieldUnit, placeOf, type Unit, unitOf } from './units.ts';

export interface Quantity {
  value: number;
  unit: Unit | null;
  /** The word after a number without a unit. */
  noun: string;
}

const ADJECTIVE_DIMENSIONS: readonly [RegExp, Dimension][] = [
  [/cheap|expensive|pric|dear|cost|worth|paid|spent/i, 'money'],
  [/heav|light|weigh/i, 'mass'],
  [/last|tak/i, 'time'],
];
/** A thing counted, and the names its field may have. */
export const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  star: ['rating', 'star', 'score'],
  point: ['rating', 'score', 'point'],
  person: ['serving', 'person', 'people', 'guest', 'portion', 'capacity'],
  people: ['serving', 'people', 'person', 'guest', 'portion', 'capacity'],
  guest: ['guest', 'serving', 'people', 'capacity'],
  rated: ['rating', 'score', 'star'],
  player: ['player', 'people'],
  serve: ['serving', 'people', 'person', 'portion'],
  feed: ['serving', 'people', 'person', 'portion'],
  bed: ['bed', 'bedroom'],
};

/** A field named before the number: `rating above 4`, `price: 20`, `rated 4`. */
export function nameBefore(
  head: string,
  fields: readonly NumberField[],
  spans: Spans,
): { field: NumberField; from: number } | null {
  const match = /(\p{L}+)(?:\s+(?:range|tag|of|from|is|are|was|at|=|:)|\s*[:=])*\s*$/iu.exec(head);
  if (match === null || !spans.isFree({ from: match.index, to: head.length })) return null;
  const word = singular((match[1] as string).toLowerCase());
  const field = nounField(word, fields);
  return field === null ? null : { field, from: match.index };
}

export function nounField(noun: string, fields: readonly NumberField[]): NumberField | null {
  if (noun.length < 3) return null;
  for (const name of [noun, ...(SYNONYMS[noun] ?? [])]) {
    const field = fields.find(({ words }) => words.includes(name));
    if (field) return field;
  }
  return null;
}

export function fieldFor(
  { unit, noun }: Quantity,
  fields: readonly NumberField[],
  words: string,
): NumberField | null {
  if (noun !== '') return nounField(noun, fields);
  const dimension =
    unit?.dimension ?? ADJECTIVE_DIMENSIONS.find(([adjective]) => adjective.test(words))?.[1] ?? null;
  if (dimension === null) {
    // A number alone: money, if that is all there could be.
    const money = fitting(fields, 'money');
    return money.length === 1 ? (money[0] as NumberField) : null;
  }
  if (dimension === 'count') return null;
  const all = fitting(fields, dimension);
  const side = /wide|narrow|width/i.test(words) ? 'width' : /tall|high|height/i.test(words) ? 'height' : null;
  if (side) return all.find(({ words }) => words.includes(side)) ?? null;
  return all[0] ?? null;
}

/** Fields of that dimension, most likely first. */
export function fitting(
  fields: readonly NumberField[],
  dimension: Exclude<Dimension, 'count'>,
): NumberField[] {
  return fields
    .flatMap((field) => {
      const place = placeOf(field.words, dimension);
      return place === null ? [] : [{ field, place }];
    })
    .sort((a, b) => a.place - b.place || b.field.count - a.field.count)
    .map(({ field }) => field);
}

/** In the unit of the field, where its name says one; of time else in minutes or seconds, whichever its values are likely in. */
export function inField(value: number, unit: Unit | null, field: NumberField): number {
  if (unit === null || unit.dimension === 'money') return rounded(value * (unit?.factor ?? 1));
  const own = fieldUnit(field.words);
  if (own?.dimension === unit.dimension) return rounded((value * unit.factor) / own.factor);
  const base = BASES[unit.dimension] ?? 1;
  if (unit.dimension === 'time') return rounded((value * unit.factor) / (field.max > 1000 ? 1 : 60));
  if (base === 'as-is') return rounded(value);
  return rounded((value * unit.factor) / base);
}

/** What a field without a unit in its name is taken to be in: bytes in bytes, and what has no usual unit as the question has it. */
const BASES: Partial<Record<Dimension, number | 'as-is'>> = {
  mass: 'as-is',
  length: 'as-is',
  volume: 'as-is',
};

export const rounded = (value: number): number => Number(value.toPrecision(12));

/** A condition on the field of currencies beside; `other`: the field's own is another one. */
export function currencyOf(
  unit: Unit | null,
  values: readonly ValueField[],
  field: NumberField,
): Record<string, string> | 'other' {
  if (unit?.currency === undefined) return {};
  const own = fieldUnit(field.words)?.currency;
  if (own !== undefined && own !== unit.currency) return 'other';
  const beside = values.find(({ words }) => words.includes('currency'));
  if (beside === undefined) return {};
  const value = beside.values.find((value) => unitOf(value)?.currency === unit.currency);
  return value === undefined ? 'other' : { [beside.path]: value };
}
