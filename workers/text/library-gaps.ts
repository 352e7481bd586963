/**
 * Compensates for differences of the tokenizer library from the original (huggingface/tokenizers, in Rust).
 * One difference remains: the original's BERT normalizer uses the tables of Unicode 8, so it treats later marks and punctuation as letters.
 */
import {
  BertNormalizer,
  LowercaseNormalizer,
  type Normalizer,
  PrecompiledNormalizer,
  type PreTokenizer,
  SequenceNormalizer,
  SequencePreTokenizer,
  type Tokenizer,
  WhitespacePreTokenizer,
  WhitespaceSplitPreTokenizer,
} from '@huggingface/tokenizers';
import { createCharsmap } from './charsmap.ts';

/**
 * BERT separates ideographs into words of their own. The library reads halves of surrogate pairs, and so misses those above U+FFFF.
 * The original omits U+2B820 to U+2B91F.
 */
const IDEOGRAPHS_ABOVE_FFFF =
  /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;
/** Unlike `\S+`, this splits at the next-line character and not at the byte-order mark. */
const WORDS = /\P{White_Space}+/gu;
/** The original's `\w+|[^\w\s]+`, which in the library matches ASCII words only. */
const WORDS_AND_SIGNS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;

/** Replaces methods of the tokenizer's parts in place. */
export function fillGaps({ normalizer, pre_tokenizer: preTokenizer }: Tokenizer): void {
  fillNormalizer(normalizer);
  fillPreTokenizer(preTokenizer);
}

function fillNormalizer(normalizer: Normalizer | null): void {
  if (normalizer instanceof SequenceNormalizer) normalizer.normalizers.forEach(fillNormalizer);
  if (normalizer instanceof PrecompiledNormalizer && typeof normalizer.charsmap === 'string') {
    normalizer.normalize = createCharsmap(normalizer.charsmap);
  }
  if (normalizer instanceof BertNormalizer) {
    const { handle_chinese_chars: setsApart, lowercase } = normalizer.config;
    if (setsApart) first(normalizer, (text) => text.replace(IDEOGRAPHS_ABOVE_FFFF, ' $& '));
    if (lowercase) first(normalizer, withoutFinalSigma);
  }
  if (normalizer instanceof LowercaseNormalizer) first(normalizer, withoutFinalSigma);
}

function fillPreTokenizer(preTokenizer: PreTokenizer | null): void {
  if (preTokenizer instanceof SequencePreTokenizer) preTokenizer.tokenizers.forEach(fillPreTokenizer);
  if (preTokenizer instanceof WhitespaceSplitPreTokenizer) {
    preTokenizer.pre_tokenize_text = (text) => text.match(WORDS) ?? [];
  }
  if (preTokenizer instanceof WhitespacePreTokenizer) {
    preTokenizer.pre_tokenize_text = (text) => text.match(WORDS_AND_SIGNS) ?? [];
  }
}

function first(normalizer: Normalizer, step: (text: string) => string): void {
  const { normalize } = normalizer;
  normalizer.normalize = (text) => normalize.call(normalizer, step(text));
}

/** The original converts each character by itself, so it never produces a final sigma. */
function withoutFinalSigma(text: string): string {
  return text.replaceAll('Σ', 'σ');
}
