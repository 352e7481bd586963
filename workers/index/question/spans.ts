/** A question, and which of its words have been taken out of it. */

export interface Span {
  from: number;
  to: number;
}

export interface Spans {
  readonly text: string;
  /** Matches that overlap nothing taken; the pattern must be global. */
  matches(pattern: RegExp): Generator<RegExpExecArray>;
  isFree(span: Span): boolean;
  take(span: Span): void;
  /** The text with blanks in place of what was taken, but for `kept`, so that positions stay. */
  left(kept?: readonly Span[]): string;
}

export function createSpans(text: string): Spans {
  const taken: Span[] = [];
  const isFree = ({ from, to }: Span) => taken.every((other) => to <= other.from || from >= other.to);
  return {
    text,
    isFree,
    *matches(given) {
      const pattern = new RegExp(given);
      for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
        const isTaken = !isFree({ from: match.index, to: match.index + match[0].length });
        // Behind what was taken another match may begin inside this one: "March 2024 up to 108 euros".
        if (isTaken || match[0] === '') pattern.lastIndex = match.index + 1;
        if (!isTaken) yield match;
      }
    },
    take: (span) => void taken.push(span),
    left: (kept = []) =>
      taken
        .filter((span) => !kept.includes(span))
        .reduce((left, { from, to }) => left.slice(0, from) + ' '.repeat(to - from) + left.slice(to), text),
  };
}

/** The text before a position, without trailing spaces. */
export const before = (text: string, at: number): string => text.slice(0, at).trimEnd();

/** Escapes characters that have a meaning in regular expressions. */
export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Normalizes words for comparison: lower case, without accents, single spaces. */
export function plainText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\u00ad]/g, '')
    .normalize('NFKC')
    .replace(/[’‘]/g, "'")
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}

/** A plural's singular, for English words and names of fields: entries, boxes, notes. */
export function singular(word: string): string {
  if (/(ss|us|is)$/.test(word) || word.length < 4) return word;
  if (/^(?:calor|mov|cook|self|smooth)ies$/.test(word)) return word.slice(0, -1);
  if (/ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(ch|sh|x|ss|z)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
