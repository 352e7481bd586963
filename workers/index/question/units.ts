/** Units of a question, and which fields are measured in them. */

export interface Unit {
  dimension: Dimension;
  /** In the dimension's base unit: seconds, grams, metres, bytes, litres, … ; of money, one of its currency. */
  factor: number;
  currency?: string;
}

export type Dimension =
  | 'money'
  | 'time'
  | 'mass'
  | 'length'
  | 'bytes'
  | 'volume'
  | 'energy'
  | 'area'
  | 'pixels'
  | 'temperature'
  | 'percent'
  | 'count';

type Names = readonly [names: string, factor: number];

const NAMES: Readonly<Record<Exclude<Dimension, 'count' | 'money'>, readonly Names[]>> = {
  time: [
    ['ms|milliseconds?', 0.001],
    ['s|secs?|seconds?', 1],
    ['mins?|minutes?', 60],
    ['h|hrs?|hours?', 3600],
    ['days?', 86400],
    ['weeks?', 604800],
  ],
  mass: [
    ['mg|milligrams?|milligrammes?', 0.001],
    ['g|grams?|grammes?', 1],
    ['kg|kgs|kilos?|kilograms?|kilogrammes?', 1000],
    ['oz|ounces?', 28.3495],
    ['lbs?', 453.592],
    ['tons?|tonnes?', 1e6],
  ],
  length: [
    ['mm|millimet(?:er|re)s?', 0.001],
    ['cm|centimet(?:er|re)s?', 0.01],
    ['m|met(?:er|re)s?', 1],
    ['km|kms|kilomet(?:er|re)s?', 1000],
    ['mi|miles?', 1609.344],
    ['ft|feet|foot', 0.3048],
    ['inch|inches', 0.0254],
  ],
  bytes: [
    ['b|bytes?', 1],
    ['kb|kib|kilobytes?', 1e3],
    ['mb|mib|megabytes?|megs?', 1e6],
    ['gb|gib|gigabytes?|gigs?', 1e9],
    ['tb|tib|terabytes?', 1e12],
  ],
  volume: [
    ['ml|millilit(?:er|re)s?', 0.001],
    ['l|lit(?:er|re)s?', 1],
  ],
  energy: [['kcal|cals?|calories?|kilocalories?', 1]],
  area: [['m²|m2|sqm|square met(?:er|re)s?', 1]],
  pixels: [
    ['px|pixels?', 1],
    ['mp|megapixels?', 1e6],
  ],
  temperature: [['°c|°|degrees?(?: celsius)?', 1]],
  percent: [['%|percent|per cent', 1]],
};

/** Notes of several currencies have none. */
const CURRENCIES: readonly [names: string, currency: string | null, factor: number][] = [
  ['€|euros?|eur', 'EUR', 1],
  ['\\$|dollars?|usd|bucks?', 'USD', 1],
  ['£|pounds?|gbp|quid', 'GBP', 1],
  ['¥|yen|jpy', 'JPY', 1],
  ['francs?|chf', 'CHF', 1],
  ['₹|rupees?|inr', 'INR', 1],
  ['zł|zlot(?:ys?|ych)|pln', 'PLN', 1],
  ['kr|kronor|kroner|sek|nok|dkk|₺|₽|₩', null, 1],
  ['fivers?', null, 5],
  ['tenners?', null, 10],
];

/** Words of a field's name that say what it measures. */
const DIMENSION_WORDS: Readonly<Record<Exclude<Dimension, 'count'>, readonly string[]>> = {
  money: 'price cost total amount fee fare rent salary budget sum charge paid spent value'.split(' '),
  time: 'duration runtime time length minute hour second min sec'.split(' '),
  mass: ['weight', 'mass'],
  length: 'distance length height width depth altitude elevation size'.split(' '),
  bytes: ['byte', 'size', 'filesize'],
  volume: ['volume', 'capacity'],
  energy: ['calorie', 'kcal', 'energy'],
  area: ['area', 'size', 'space', 'surface'],
  pixels: ['width', 'height', 'pixel', 'resolution'],
  temperature: ['temperature', 'temp'],
  percent: ['percent', 'share', 'discount', 'alcohol', 'rate'],
};

const table: readonly (Unit & { pattern: RegExp })[] = [
  ...CURRENCIES.map(([names, currency, factor]) => ({
    ...{ dimension: 'money' as const, factor, ...(currency !== null && { currency }) },
    pattern: new RegExp(`^(?:${names})$`, 'i'),
  })),
  ...Object.entries(NAMES).flatMap(([dimension, units]) =>
    units.map(([names, factor]) => ({
      ...{ dimension: dimension as Dimension, factor },
      pattern: new RegExp(`^(?:${names})$`, 'i'),
    })),
  ),
];

/** Sources of patterns, without groups that capture. */
export const CURRENCY_SIGN = '[€$£¥₹₺₽₩]';
export const UNIT = `(?:${[
  ...CURRENCIES.map(([names]) => names),
  ...Object.values(NAMES).flatMap((units) => units.map(([names]) => names)),
].join('|')})`;

export function unitOf(name: string): Unit | null {
  const found = table.find(({ pattern }) => pattern.test(name));
  if (found === undefined) return null;
  const { pattern: _, ...unit } = found;
  return unit;
}

/** How well the words of a field's name fit a dimension: its place in the list of words, the best first; null where they do not. */
export function placeOf(words: readonly string[], dimension: Exclude<Dimension, 'count'>): number | null {
  const unit = fieldUnit(words);
  if (unit !== null && unit.dimension !== dimension) return null;
  const place = DIMENSION_WORDS[dimension].findIndex((word) => words.includes(word));
  if (place >= 0) return place;
  return unit?.dimension === dimension ? DIMENSION_WORDS[dimension].length : null;
}

/** The unit that a field's name ends in: `duration_min`, `weightKg`, `price eur`. */
export function fieldUnit(words: readonly string[]): Unit | null {
  const last = words.at(-1) ?? '';
  // A letter alone, or the name of what is counted, says too little.
  if (words.length < 2 && !/^(minute|second|hour|byte|kg|km|eur|usd|gbp|kcal|calorie|pixel)$/.test(last))
    return null;
  return unitOf(last);
}
