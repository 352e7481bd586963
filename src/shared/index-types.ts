/** Public types of search that need neither DOM nor worker types, so that both sides share them. */
import type { Role, ThinkDecision, ThinkMode, Trace } from './types.ts';

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Custom fields of an item. Arrays of strings serve as tags. */
export type Metadata = { readonly [field: string]: JsonValue };

export type Scalar = string | number | boolean | null;

/**
 * Condition on a field. A plain value means equality. If the item's field is an array (tags), equality and `in` match when one
 * element does; `all` requires every listed tag. Ranges compare numbers with numbers and strings with strings (also ISO
 * dates), and never match other types. `exists: true` requires the field to be present and not null.
 */
export type Condition =
  | Scalar
  | { readonly in: readonly Scalar[] }
  | { readonly all: readonly Scalar[] }
  | {
      readonly gt?: number | string;
      readonly gte?: number | string;
      readonly lt?: number | string;
      readonly lte?: number | string;
    }
  | { readonly exists: boolean };

/**
 * A filter over metadata: all conditions must match; dots address nested objects (`'exif.year'`). `and`, `or` and `not` combine
 * filters, so fields with these three names cannot be filtered.
 * @example
 * const where: MetadataFilter = {
 *   kind: 'photo',
 *   year: { gte: 2020 },
 *   or: [{ tags: 'beach' }, { not: { tags: { in: ['work', 'scan'] } } }],
 * };
 */
export type MetadataFilter = {
  readonly and?: readonly MetadataFilter[];
  readonly or?: readonly MetadataFilter[];
  readonly not?: MetadataFilter;
} & { readonly [field: string]: Condition | readonly MetadataFilter[] | MetadataFilter | undefined };

/** A complete stored item, as it is exported. */
export interface IndexRecord {
  id: string;
  /** L2-normalised, length = the index's dimensions; stored with 16 bits per number: within 1e-5 of the embedding. */
  vector: Float32Array<ArrayBuffer>;
  /** Empty for an image without text. */
  text: string;
  metadata: Metadata;
  /** The trace that was encoded with the item; null if none was. */
  trace: string | null;
  /** SHA-256 (hex) of what was embedded: images, text, instruction, supplied trace. */
  contentHash: string;
  /** Milliseconds since 1970. */
  addedAt: number;
}

/** An item as returned by `get` and `list`: a record without its vector. */
export type StoredItem = Omit<IndexRecord, 'vector'>;

/** What the vectors of an index have in common; part of every export. */
export interface SpaceManifest {
  format: 1;
  /** Fingerprint: vectors are comparable only within one space. */
  space: string;
  dimensions: number;
  metric: 'cosine';
  normalised: true;
  /** Null: the caller's own vectors, in a space of which only the name is known. */
  embedder: { id: string; revision: string; dtype: string } | null;
  /** Prompt templates of queries and documents; null: the architecture's defaults. */
  prompts: Record<Role, string> | null;
  /** Think mode of the documents. */
  think: ThinkMode;
  /** The reasoner that wrote the traces; null without traces. */
  reasoner: string | null;
}

export interface IndexInfo {
  name: string;
  count: number;
  /** Null while the index does not exist yet. */
  manifest: SpaceManifest | null;
  /**
   * Its vectors were made by an earlier version of this package. They are compared with new ones as they are; to have all vectors from
   * one version, export the index and import it with `reembed`.
   */
  isEarlierSpace: boolean;
}

/** Result of adding. Every item counts once. */
export interface AddReport {
  added: number;
  /** Items whose id existed with other content or metadata. */
  replaced: number;
  /** Items that existed with the same content and metadata; for `addFiles`, with the same content. */
  skipped: number;
  failed: readonly { index: number; id: string | null; name: string; reason: Error }[];
}

export interface AddProgress {
  /** Finished items: added, replaced, skipped or failed. */
  done: number;
  /** Null if the number is not known in advance (directories, iterables). */
  total: number | null;
  added: number;
  skipped: number;
  failed: number;
  /** The item finished last: a file's path, or the item's id. */
  name: string;
}

/** A part of an item's text. */
export interface HitPassage {
  /** The Markdown or HTML heading that it begins with or stands under; null if there is none. */
  heading: string | null;
  /** `item.text.slice(start, end)`. */
  text: string;
  /** Where it is in the item's text, in UTF-16 units; `end` is excluded. */
  start: number;
  end: number;
}

export interface SearchHit extends StoredItem {
  /**
   * Determines the order of hits: the cosine similarity of query and item (of a long text, of its nearest passage), -1 … 1, plus the contribution of shared words (`hybrid`),
   * which is 0 for an item without words of the query.
   */
  score: number;
  /**
   * The parts of `score`. `vector`: the cosine similarity; null in a search by words only. `text`: the contribution of words (BM25,
   * scaled to the spread of cosines over the index), or BM25 itself in a search by words only; null if words were not used.
   */
  scores: { vector: number | null; text: number | null };
  /** From 1. */
  rank: number;
  /** Ranks gained (positive) or lost compared with the quick hits; `'new'` if it was not among them; null in the quick stage. */
  rankDelta: number | 'new' | null;
  /** Rank in each ranking, from 1; null if it is not among the top hits of that ranking, or the ranking was not used. */
  ranks: { vector: number | null; text: number | null };
  /** Query terms that full-text search matched in it. */
  terms: readonly string[];
  /**
   * Of a text that is longer than the model reads: the passage that fits the query best. Null for texts that the model reads whole, for
   * images, and for items that were added with a vector of their own.
   */
  passage: HitPassage | null;
  /** One sentence that explains the hit to a user. */
  why: string;
}

/** An order of items, by the values of one metadata field. */
export interface SortOrder {
  /** As a filter names it: `price`, `exif.date`. */
  field: string;
  /** `asc`: the least, or the oldest, first. */
  direction: 'asc' | 'desc';
}

/**
 * A question taken apart, as a search did it. It can be edited and searched for again: `index.search({ understood })`.
 * @example
 * // "pdfs about rent from last summer, not Berlin", in an index whose items have `kind` and `date`
 * const understood: Understood = {
 *   text: 'rent',
 *   not: ['Berlin'],
 *   where: { kind: 'pdf', date: { gte: '2026-06-01', lt: '2026-09-01' } },
 *   exact: [],
 *   preferences: [],
 *   sort: null,
 *   reasons: [],
 * };
 */
export interface Understood {
  /** What is embedded and searched for; empty where the question asks for an order alone: *newest photos*. */
  text: string;
  /** What is not wanted: the query's vector is pushed from it, and items whose text shows it come after the others. */
  not: readonly string[];
  /** Conditions on the items' metadata; all must match. Empty: none. */
  where: MetadataFilter;
  /** Words that an item's text or metadata must have, as they stand, but for case and accents. */
  exact: readonly string[];
  /** Items that match come first: conditions that are not sure, and those that would have left no item. */
  preferences: readonly MetadataFilter[];
  /**
   * What the hits are in the order of: of a text, those that are about it, before the others; with an empty text all items that the
   * conditions leave. Items without the field come last. Null: the nearest first.
   */
  sort: SortOrder | null;
  /** What each part was taken from and for, and why a condition became a preference; sentences for a user. */
  reasons: readonly string[];
}

/** An answer to a question in the words of the hits. */
export interface SearchAnswer {
  /** Empty if the best hits do not hold one, as far as the model can tell. */
  text: string;
  /** Ids of the hits that it was drawn from, the one with most of it first: found by the words they share. */
  sources: readonly string[];
  /** One sentence for users: what it was drawn from, or why there is none. */
  reason: string;
}

/**
 * One stage of a search. `quick` always comes first; `reasoned` follows if the query was thought about, and `answered` with
 * `answer: true`: the hits of the stage before it, and the answer drawn from them.
 */
export interface SearchResult {
  stage: 'quick' | 'reasoned' | 'answered';
  hits: readonly SearchHit[];
  /** Whether this stage used a trace, and why; or why there is no second stage. */
  thinkDecision: ThinkDecision;
  /** The query's trace. */
  trace: Trace | null;
  /** How the question was taken apart; null if it was not: `think: 'never'`, or no text. */
  understood: Understood | null;
  /** In the stage `answered`; null before. */
  answer: SearchAnswer | null;
  /** True if no further stage follows. */
  final: boolean;
  /** Number of items that passed the filter. */
  candidates: number;
  /** Milliseconds in the worker: embedding the query, scanning and rescoring, and the whole stage. */
  ms: { embed: number; scan: number; total: number };
}

/** A change of the index, made in any tab. */
export interface IndexChange {
  /** Number of items in the index after the change. */
  count: number;
}

/** Parquet, JSON Lines, a NumPy matrix with a file of ids, or SQL for pgvector. */
export type ExportFormat = 'parquet' | 'jsonl' | 'npy' | 'sql';

/** Position of an item in a 2-D projection. */
export interface MapPoint {
  id: string;
  x: number;
  y: number;
}
