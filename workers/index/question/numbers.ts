/** Numbers as people write them, in figures and in English words. */

const SMALL: Readonly<Record<string, number>> = {
  ...{ one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11 },
  ...{ twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18 },
  ...{ nineteen: 19, twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80 },
  ...{ ninety: 90 },
};
const LARGE: Readonly<Record<string, number>> = {
  ...{
    dozen: 12,
    hundred: 100,
    grand: 1000,
    thousand: 1000,
    k: 1000,
    million: 1e6,
    m: 1e6,
    mio: 1e6,
    billion: 1e9,
    bn: 1e9,
  },
};
const WORD = Object.keys(SMALL).join('|');
const FIGURES = String.raw`\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?`;
const WORDS = `(?:an?|${WORD})(?:[ -](?:${WORD}))?(?: (?:dozen|hundred|thousand|grand|million))(?: (?:and )?(?:${WORD})(?:[ -](?:${WORD}))?)?|half an?|(?:a )?couple of(?: (?:hundred|thousand|grand|dozen))?|(?:${WORD})(?:[ -](?:${WORD}))?`;
const FRACTIONS: Readonly<Record<string, number>> = {
  '½': 0.5,
  '¼': 0.25,
  '¾': 0.75,
  half: 0.5,
  quarter: 0.25,
};

/** Source of a pattern for a number; without groups that capture. */
export const NUMBER = `(?:(?:${FIGURES})?[½¼¾]|(?:(?:${FIGURES})(?:\\s?(?:k|mio|million|billion|bn|thousand|grand)\\b)?|(?:${WORDS})\\b)(?: and a (?:half|quarter)\\b)?)`;

/** @param decimal the decimal separator of the page's locale */
export function parseNumber(written: string, decimal: string): number {
  const all = written.toLowerCase().trim();
  const [end = '', word, sign] = /(?: and a (half|quarter)|([½¼¾]))$/.exec(all) ?? [];
  return whole(all.slice(0, all.length - end.length), decimal) + (FRACTIONS[word ?? sign ?? ''] ?? 0);
}

function whole(text: string, decimal: string): number {
  const [, figures = '', scale = ''] = /^([\d.,'’\u00a0\u202f ]+?)\s*([a-z]*)$/.exec(text) ?? [];
  if (figures !== '') return parseFigures(figures, decimal) * (LARGE[scale] ?? 1);
  if (/^half an?$/.test(text)) return 0.5;
  if (/couple/.test(text)) return 2 * (LARGE[text.split(' ').at(-1) as string] ?? 1);
  let [sum, part] = [0, 0];
  for (const word of text.split(/[ -]+/)) {
    if (word in SMALL) part += SMALL[word] as number;
    else if (word === 'hundred' || word === 'dozen') part = Math.max(1, part) * (LARGE[word] as number);
    else if (word in LARGE) [sum, part] = [sum + Math.max(1, part) * (LARGE[word] as number), 0];
  }
  return sum + part;
}

function parseFigures(figures: string, decimal: string): number {
  const plain = figures.replace(/['’\u00a0\u202f ]/g, '');
  const last = /[.,](?=[^.,]*$)/.exec(plain);
  if (last === null) return Number(plain);
  const mark = last[0];
  const after = plain.length - last.index - 1;
  const isRepeated = plain.indexOf(mark) !== last.index;
  const hasOther = plain.includes(mark === '.' ? ',' : '.');
  const isDecimal = !isRepeated && (hasOther || after !== 3 || mark === decimal);
  if (!isDecimal) return Number(plain.replace(/[.,]/g, ''));
  return Number(`${plain.slice(0, last.index).replace(/[.,]/g, '')}.${plain.slice(last.index + 1)}`);
}

export function decimalSign(locale: string): string {
  return (
    new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.'
  );
}
