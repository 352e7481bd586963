/** Splits a document into passages that a model reads whole: by headings, then paragraphs, then sentences. */

/** What stands under one heading. */
export interface Section {
  /** The heading with those it stands under, outermost first; empty before the first heading. */
  headings: readonly string[];
  /** Where a link to it goes (`#anchor`), or null. */
  anchor: string | null;
  paragraphs: readonly string[];
}

export interface Passage extends Pick<Section, 'headings' | 'anchor'> {
  /** Its heading, where it has one, a line break, and the text. */
  text: string;
}

export interface PassageOptions {
  /** No passage has more, its heading included. @default 200 */
  maxTokens?: number;
  /** Tokens of the passage before that are said again at the beginning of the next one of a section, in whole sentences. @default 32 */
  overlap?: number;
  /** @default `estimateTokens` */
  count?: (text: string) => number;
}

/** Passages in the order of the text. A section without text gives none. */
export function splitPassages(
  sections: readonly Section[],
  { maxTokens = 200, overlap = 32, count = estimateTokens }: PassageOptions = {},
): Passage[] {
  return sections.flatMap(({ headings, anchor, paragraphs }) => {
    const heading = headings.at(-1);
    const head = heading === undefined ? '' : `${shortened(heading, maxTokens / 2, count)}\n`;
    const texts = packed(paragraphs, maxTokens - count(head), Math.min(overlap, maxTokens / 4), count);
    return texts.map((text) => ({ headings, anchor, text: head + text }));
  });
}

/** A stretch of text that is not divided, and what stands between it and the one before. */
interface Piece {
  text: string;
  joint: string;
}

function packed(
  paragraphs: readonly string[],
  budget: number,
  overlap: number,
  count: (text: string) => number,
): string[] {
  const texts: string[] = [];
  let text = '';
  let isNew = false; // whether it says more than the overlap
  for (const piece of paragraphs.flatMap((paragraph) => pieces(paragraph, budget, count))) {
    if (isNew && count(text + piece.joint + piece.text) > budget) {
      texts.push(text);
      const repeated = tail(text, overlap, count);
      text = repeated && count(repeated + piece.joint + piece.text) <= budget ? repeated : '';
    }
    text = text === '' ? piece.text : text + piece.joint + piece.text;
    isNew = true;
  }
  return isNew ? [...texts, text] : texts;
}

/** A paragraph whole where it fits, else its sentences, and of a sentence that does not fit its words. */
function pieces(paragraph: string, budget: number, count: (text: string) => number): Piece[] {
  const text = paragraph.trim();
  if (text === '') return [];
  if (count(text) <= budget) return [{ text, joint: '\n\n' }];
  const parts = segments(text, 'sentence').flatMap((sentence) =>
    count(sentence) <= budget ? [sentence] : groups(segments(sentence, 'word'), budget, count),
  );
  return parts.map((part, i) => ({ text: part.trim(), joint: i === 0 ? '\n\n' : ' ' }));
}

/** Words together as far as they fit. A word that does not fit alone is cut. */
function groups(words: readonly string[], budget: number, count: (text: string) => number): string[] {
  const found: string[] = [];
  let group = '';
  for (const word of words.flatMap((word) =>
    count(word) <= budget ? [word] : halves(word, budget, count),
  )) {
    if (group !== '' && count(group + word) > budget) {
      found.push(group);
      group = '';
    }
    group += word;
  }
  return [...found, group].filter((one) => one.trim() !== '');
}

function halves(word: string, budget: number, count: (text: string) => number): string[] {
  const characters = [...word];
  if (characters.length < 2 || count(word) <= budget) return [word];
  const middle = characters.length >> 1;
  return [characters.slice(0, middle), characters.slice(middle)].flatMap((half) =>
    halves(half.join(''), budget, count),
  );
}

/** The last whole sentences of a text, as far as they fit. */
function tail(text: string, budget: number, count: (text: string) => number): string {
  let repeated = '';
  for (const sentence of segments(text, 'sentence').reverse()) {
    if (count(sentence + repeated) > budget) break;
    repeated = sentence + repeated;
  }
  return repeated === text ? '' : repeated.trim();
}

function shortened(text: string, budget: number, count: (text: string) => number): string {
  return count(text) <= budget ? text : (groups(segments(text, 'word'), budget, count)[0] ?? '').trim();
}

const segmenters = {
  sentence: new Intl.Segmenter(undefined, { granularity: 'sentence' }),
  word: new Intl.Segmenter(undefined, { granularity: 'word' }),
};

function segments(text: string, granularity: keyof typeof segmenters): string[] {
  return Array.from(segmenters[granularity].segment(text), ({ segment }) => segment);
}

/**
 * About how many tokens a word-piece or byte-pair tokenizer makes of a text, rather too many than too few: a word of every
 * five letters one, a character of the scripts without spaces one, and every mark.
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
