/**
 * Differences of the tokenizer library from the original (huggingface/tokenizers, in Rust). They are compensated in the text
 * before the library reads it.
 */

interface Normalizer {
  type: string;
  handle_chinese_chars?: boolean;
  normalizers?: readonly Normalizer[];
}

/** BERT separates ideographs into words of their own. The library reads halves of surrogate pairs, and so misses those above U+FFFF. */
const IDEOGRAPHS_ABOVE_FFFF =
  /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;
/** SentencePiece's rules turn it into a space, but the library's version of them does not. */
const NEXT_LINE = /\u0085/g;

/** @param tokenizer the content of tokenizer.json */
export function createGapFiller(tokenizer: Record<string, unknown>): (text: string) => string {
  const normalizers = flat((tokenizer.normalizer ?? undefined) as Normalizer | undefined);
  const steps: ((text: string) => string)[] = [];
  if (normalizers.some(({ type, handle_chinese_chars }) => type === 'BertNormalizer' && handle_chinese_chars))
    steps.push((text) => text.replace(IDEOGRAPHS_ABOVE_FFFF, ' $& '));
  if (normalizers.some(({ type }) => type === 'Precompiled'))
    steps.push((text) => text.replace(NEXT_LINE, ' '));
  return (text) => steps.reduce((filled, step) => step(filled), text);
}

function flat(normalizer: Normalizer | undefined): Normalizer[] {
  return normalizer ? [normalizer, ...(normalizer.normalizers ?? []).flatMap(flat)] : [];
}
