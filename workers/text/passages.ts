/** Splits texts into passages that fit a model's limit: by headings, then paragraphs, then sentences. */
import { segments } from './segments.ts';

/** What stands under one heading. */
export interface Section {
  /** The heading and its ancestors, outermost first; empty before the first heading. */
  headings: readonly string[];
  /** Where a link to it goes (`#anchor`), or null. */
  anchor: string | null;
  paragraphs: readonly string[];
}

export interface Passage extends Pick<Section, 'headings' | 'anchor'> {
  /** Its heading, if it has one, a line break, and the text. */
  text: string;
}

export interface PassageOptions {
  /** Maximum tokens of a passage, including its heading. @default 200 */
  maxTokens?: number;
  /**
   * Maximum overlap: tokens at the end of a passage that are repeated at the beginning of the next one of a section, in whole
   * sentences. @default 32
   */
  overlap?: number;
  /** @default `estimateTokens` */
  count?: (text: string) => number;
}

const MAX_TOKENS = 200;
const OVERLAP = 32;

/** A part of a text, in UTF-16 units; `end` is excluded. */
export interface Span {
  start: number;
  end: number;
}

/** Passages in the order of the text. A section without text gives none. */
export function splitPassages(sections: readonly Section[], options: PassageOptions = {}): Passage[] {
  const { maxTokens = MAX_TOKENS, count = estimateTokens } = options;
  return sections.flatMap(({ headings, anchor, paragraphs }) => {
    const heading = headings.at(-1);
    const head = heading === undefined ? '' : `${shortened(heading, maxTokens / 2, count)}\n`;
    const text = paragraphs.map((paragraph) => paragraph.trim()).join('\n\n');
    const spans = passageSpans(text, { ...options, maxTokens: maxTokens - count(head) });
    return spans.map(({ start, end }) => ({ headings, anchor, text: head + text.slice(start, end) }));
  });
}

/** Positions of the passages of a text, in order; together they cover all of it except white space. */
export function passageSpans(text: string, options: PassageOptions = {}): Span[] {
  const { maxTokens = MAX_TOKENS, overlap = OVERLAP, count = estimateTokens } = options;
  const fits = (start: number, end: number, budget: number) => count(text.slice(start, end)) <= budget;
  const spans: Span[] = [];
  let passage: Span | null = null;
  for (const { start, end, isHeading } of pieces(text, maxTokens, count)) {
    if (passage === null) {
      passage = { start, end };
      continue;
    }
    const isFull = !fits(passage.start, end, maxTokens);
    // A heading begins another passage, but several short sections are merged.
    const isOther = isHeading && !fits(passage.start, passage.end, maxTokens / 4);
    if (isFull || isOther) {
      spans.push(passage);
      const repeated: number = isHeading
        ? start
        : tail(text, passage, Math.min(overlap, maxTokens / 4), count);
      passage = trimmed(text, { start: fits(repeated, end, maxTokens) ? repeated : start, end });
    } else {
      passage = { start: passage.start, end };
    }
  }
  return passage === null ? spans : [...spans, passage];
}

/** A stretch of text that is not divided. */
interface Piece extends Span {
  /** Whether it begins with a heading. */
  isHeading: boolean;
}

/** Between two blocks: an empty line, the end of a page; before a heading of Markdown, or an element of HTML that begins a line. */
const BLOCK_END =
  /\n\s*\n|\f|\n(?=#{1,6}[ \t])|(?=<(?:h[1-6]|p|li|div|section|article|tr|blockquote|pre)[\s>])/gi;
const HEADING = /^(?:#{1,6}[ \t]|<h[1-6][\s>])/i;

/** Splits a paragraph that does not fit into sentences, and a sentence that does not fit into words. */
function* pieces(text: string, budget: number, count: (text: string) => number): Generator<Piece> {
  let from = 0;
  for (const end of [...Array.from(text.matchAll(BLOCK_END), ({ index }) => index), text.length]) {
    const block = trimmed(text, { start: from, end });
    from = end;
    const part = text.slice(block.start, block.end);
    if (part === '') continue;
    const isHeading = HEADING.test(part);
    if (count(part) <= budget) {
      yield { ...block, isHeading };
      continue;
    }
    let at = block.start;
    for (const segment of split(part, 'sentence').flatMap((sentence) =>
      count(sentence) <= budget ? [sentence] : groups(split(sentence, 'word'), budget, count),
    )) {
      const span = trimmed(text, { start: at, end: at + segment.length });
      if (span.start < span.end) yield { ...span, isHeading: isHeading && at === block.start };
      at += segment.length;
    }
  }
}

function trimmed(text: string, { start, end }: Span): Span {
  const part = text.slice(start, end);
  const first = start + part.length - part.trimStart().length;
  return { start: first, end: Math.max(first, start + part.trimEnd().length) };
}

/** Joins words as far as they fit; a word that does not fit alone is cut. Each word is counted once, since joined words have no more tokens. */
function groups(words: readonly string[], budget: number, count: (text: string) => number): string[] {
  const found: string[] = [];
  let group = '';
  let size = 0;
  for (const word of words.flatMap((word) => (count(word) <= budget ? word : halves(word, budget, count)))) {
    const more = count(word);
    if (group !== '' && size + more > budget) {
      found.push(group);
      group = '';
      size = 0;
    }
    group += word;
    size += more;
  }
  return [...found, group];
}

function halves(word: string, budget: number, count: (text: string) => number): string[] {
  const characters = [...word];
  if (characters.length < 2 || count(word) <= budget) return [word];
  const middle = characters.length >> 1;
  return [characters.slice(0, middle), characters.slice(middle)].flatMap((half) =>
    halves(half.join(''), budget, count),
  );
}

/** Start of the last whole sentences of a passage that fit the overlap; its end if none does. */
function tail(text: string, { start, end }: Span, budget: number, count: (text: string) => number): number {
  let from = end;
  for (const sentence of split(text.slice(start, end), 'sentence').reverse()) {
    const earlier = from - sentence.length;
    if (earlier === start || count(text.slice(earlier, end)) > budget) break;
    from = earlier;
  }
  return from;
}

function shortened(text: string, budget: number, count: (text: string) => number): string {
  return count(text) <= budget ? text : (groups(split(text, 'word'), budget, count)[0] ?? '').trim();
}

function split(text: string, granularity: 'sentence' | 'word'): string[] {
  return Array.from(segments(text, granularity), ({ segment }) => segment);
}

/**
 * Estimates the number of tokens of a word-piece or byte-pair tokenizer, rather too high than too low: one per five letters of a
 * word, one per character of scripts without spaces, and one per punctuation mark.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [run] of text.matchAll(
    /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}]|[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]/gu,
  )) {
    tokens += /\p{N}/u.test(run) ? Math.ceil(run.length / 2) : Math.ceil(run.length / 5);
  }
  return tokens;
}
