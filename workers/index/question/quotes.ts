/** What stands in quotes: "…", “…”, „…“, ”…”, «…», »…«, ‹…›, ›…‹, 「…」, 『…』, 《…》, 'two words'. */
import type { Span } from './spans.ts';

export interface Quote {
  /** With the quotes. */
  span: Span;
  words: string;
}

const OPEN = String.raw`(?<![\p{L}\p{N}])`;
const CLOSED = String.raw`(?![\p{L}\p{N}])`;
/** A sign that may also be inches or seconds does not open behind a figure; an apostrophe stands between letters. */
const QUOTED = new RegExp(
  [
    `${OPEN}["＂]([^"＂]+)["＂]`,
    '“([^“”]+)[”"]',
    '„([^„“”"]+)[“”"]',
    `${OPEN}”(?=\\S)([^“”]+)(?<=\\S)”${CLOSED}`,
    '«\\s*([^«»]+?)\\s*»',
    '»([^«»]+)«',
    '‹\\s*([^‹›]+?)\\s*›',
    '›([^‹›]+)‹',
    '「([^「」]+)」',
    '『([^『』]+)』',
    '《([^《》]+)》',
    `${OPEN}['‘‚’]((?:[^'‘‚’"]|(?<=\\p{L})['’](?=\\p{L})){3,})['‘’]${CLOSED}`,
  ].join('|'),
  'gu',
);

/** In the order of the text. */
export function quotesIn(text: string): Quote[] {
  return [...text.matchAll(QUOTED)].map((match) => {
    const [all, ...groups] = match;
    const words = (groups.find((group) => group !== undefined) as string).trim().replace(/[,.;]$/, '');
    return { span: { from: match.index, to: match.index + all.length }, words };
  });
}

/** Without the signs that are nothing but quotes. */
export const unquoted = (text: string): string => text.replace(/["＂“”„«»‹›「」『』《》]/g, '');
