/** Which words of a text a search has found. */

export interface Part {
  text: string;
  isMarked: boolean;
}

/** Words of the query with at least this many letters also mark words that begin with them. */
const PREFIX_LENGTH = 4;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** The text in parts, in order. @param terms as in `hit.terms`: in lower case, without accents */
export function markedParts(text: string, terms: readonly string[]): Part[] {
  if (terms.length === 0) return [{ text, isMarked: false }];
  const parts: Part[] = [];
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    const isMarked = isWordLike === true && isOneOf(segment, terms);
    const last = parts.at(-1);
    if (last && !isMarked && !last.isMarked) last.text += segment;
    else parts.push({ text: segment, isMarked });
  }
  return parts;
}

function isOneOf(word: string, terms: readonly string[]): boolean {
  const plain = word
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  return terms.some((term) => plain === term || (term.length >= PREFIX_LENGTH && plain.startsWith(term)));
}
