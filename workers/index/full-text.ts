/** In-memory full-text index over text, metadata and traces; rebuilt when the index is opened. */
import MiniSearch from 'minisearch';
import type { JsonValue, StoredItem } from '../../src/shared/index-types.ts';

export interface TextHit {
  id: string;
  /** BM25+, higher is better; comparable within one search only. */
  score: number;
  /** The matched query terms, as normalised in the index: lower case, without accents. */
  terms: string[];
}

export interface FullText {
  /** Adds items, replacing existing ids. */
  add(items: readonly StoredItem[]): void;
  /** Removes items; unknown ids are ignored. */
  remove(ids: readonly string[]): void;
  /**
   * Items that match any term of the query, best first. The last term matches as a prefix; longer terms match fuzzily.
   * @param allows whether an item may be among the hits
   */
  search(query: string, limit: number, allows: (id: string) => boolean): TextHit[];
}

export function createFullText(): FullText {
  const documents = new MiniSearch<StoredItem>({
    fields: ['text', 'metadata', 'trace'],
    extractField: (item, field) => {
      if (field === 'metadata') return wordsOf(item.metadata);
      return item[field as 'id' | 'text' | 'trace'] ?? '';
    },
    tokenize,
    searchOptions: {
      boost: { text: 2 },
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      prefix: (_term, i, terms) => i === terms.length - 1,
    },
  });

  return {
    add: (items) => {
      for (const item of items) {
        if (documents.has(item.id)) documents.discard(item.id);
        documents.add(item);
      }
    },
    remove: (ids) => {
      for (const id of ids) if (documents.has(id)) documents.discard(id);
    },
    search: (query, limit, allows) =>
      documents
        .search(query, { filter: ({ id }) => allows(id) })
        .slice(0, limit)
        .map(({ id, score, queryTerms }) => ({ id, score, terms: [...new Set(queryTerms)] })),
  };
}

/** Indexes values only: field names occur in every item. */
function wordsOf(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' ? '' : `${value ?? ''}`;
  return Object.values(value as Record<string, JsonValue>)
    .map(wordsOf)
    .join(' ');
}

/** An emoji as people see it, however many characters it is made of: a flag, a keycap, a family joined by U+200D. */
const EMOJI =
  /\p{Regional_Indicator}{2}|[0-9#*]\u20e3|\p{Extended_Pictographic}(?:\u200d\p{Extended_Pictographic})*/u;
/** A word, with the signs that make it another one: C is neither C# nor C++. */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*(?:[#+]+(?![\p{L}\p{N}]))?/u;
/** Symbols are words of their own, but for those of ASCII, which are mostly markup. */
const SYMBOL = /(?![\0-\x7f])\p{S}/u;
const TERMS = new RegExp([EMOJI, WORD, SYMBOL].map(({ source }) => source).join('|'), 'gu');
/** Neither accents nor what chooses the colour or form of an emoji nor soft hyphens make another word. */
const IGNORED = /[\u0300-\u036f]|\u00ad|\ufe0e|\ufe0f|\p{Emoji_Modifier}/gu;
/** Scripts written without spaces. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}]/u;

let segmenter: Intl.Segmenter | undefined;

/** Case does not count either: MiniSearch takes care of that. */
function tokenize(text: string): string[] {
  const plain = text.normalize('NFKD').replace(IGNORED, '').normalize('NFKC');
  return (plain.match(TERMS) ?? []).flatMap((term) => (UNSPACED.test(term) ? segmented(term) : term));
}

function segmented(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
  return [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}
