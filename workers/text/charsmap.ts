/**
 * SentencePiece's normalization (`Precompiled`), as huggingface/tokenizers (in Rust) applies it: a table of replacements that is looked up for
 * each grapheme. The JavaScript library substitutes NFKC, which composes and replaces more than the table does.
 */
import { segments } from './segments.ts';

/** In bytes of UTF-8. Longer graphemes are looked up character by character. */
const LONGEST_GRAPHEME = 5;
/** Stretches in which graphemes must be found. Elsewhere, each printable ASCII character is one. */
const BESIDE_PLAIN = /[ -~]?[^ -~]+(?:[ -~][^ -~]+)*[ -~]?/g;
const PLAIN = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

/**
 * @param encoded `precompiled_charsmap` of tokenizer.json, in base64: the size of a double-array trie (darts-clone), the trie, and the zero-terminated
 * strings that its values point to
 */
export function createCharsmap(encoded: string): (text: string) => string {
  const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
  const size = new DataView(bytes.buffer).getUint32(0, true);
  const units = new Uint32Array(bytes.buffer.slice(4, 4 + size));
  const strings = bytes.subarray(4 + size);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  /** The replacement of the key's shortest prefix in the table, which replaces the whole key, as in the original; null if there is none. */
  function lookUp(key: Uint8Array): string | null {
    let at = offset(units[0] ?? 0);
    for (const byte of key) {
      if (byte === 0) return null;
      at ^= byte;
      const unit = units[at] ?? 0;
      if ((unit & 0x800000ff) !== byte) return null;
      at ^= offset(unit);
      if (unit & 0x100) return stringAt((units[at] ?? 0) & 0x7fffffff);
    }
    return null;
  }

  function stringAt(begin: number): string {
    const end = strings.indexOf(0, begin);
    return decoder.decode(strings.subarray(begin, end < 0 ? strings.length : end));
  }

  const known = new Map<string, string>();
  function replaced(char: string): string {
    const found = known.get(char) ?? lookUp(encoder.encode(char)) ?? char;
    known.set(char, found);
    return found;
  }

  function replaceGraphemes(text: string): string {
    let result = '';
    for (const { segment } of segments(text, 'grapheme')) {
      const chars = [...segment];
      const key = chars.length > 1 ? encoder.encode(segment) : null;
      const whole = key && key.length <= LONGEST_GRAPHEME ? lookUp(key) : null;
      result += whole ?? chars.map(replaced).join('');
    }
    return result;
  }

  const keepsPlain = PLAIN.every((char) => replaced(char) === char);
  return (text) => (keepsPlain ? text.replace(BESIDE_PLAIN, replaceGraphemes) : replaceGraphemes(text));
}

function offset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
