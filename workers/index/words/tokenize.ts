/** Words of a text, as they are indexed and looked up. */
import { segments } from '../../text/segments.ts';

/** An emoji as people see it, however many characters it is made of: a flag, a keycap, a family joined by U+200D. */
const EMOJI =
  /\p{Regional_Indicator}{2}|[0-9#*]\u20e3|\p{Extended_Pictographic}(?:\u200d\p{Extended_Pictographic})*/u;
/** A word, with the signs that make it another one: C is neither C# nor C++. */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*(?:[#+]+(?![\p{L}\p{N}]))?/u;
/** Symbols are words of their own, except those of ASCII, which are mostly markup. */
const SYMBOL = /(?![\0-\x7f])\p{S}/u;
const TERMS = new RegExp([EMOJI, WORD, SYMBOL].map(({ source }) => source).join('|'), 'gu');
/** Accents, variation selectors and skin tones of emoji, and soft hyphens do not distinguish words. */
const IGNORED = /[\u0300-\u036f]|\u00ad|\ufe0e|\ufe0f|\p{Emoji_Modifier}/gu;
/** Scripts written without spaces. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}]/u;
const ASCII = /^[\0-\x7f]*$/;
const ASCII_TERMS = /[a-z0-9]+(?:[#+]+(?![a-z0-9]))?/g;

/** Stored postings were made by one version of `tokenize`; raise it when its words change. */
export const TOKENIZER = 1;

/** In lower case and without accents, in the order of the text. */
export function tokenize(text: string): string[] {
  if (ASCII.test(text)) return text.toLowerCase().match(ASCII_TERMS) ?? []; // the same words, several times faster
  const plain = text.normalize('NFKD').replace(IGNORED, '').normalize('NFKC').toLowerCase();
  return (plain.match(TERMS) ?? []).flatMap((term) => (UNSPACED.test(term) ? segmented(term) : term));
}

function segmented(text: string): string[] {
  return [...segments(text, 'word')].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}
