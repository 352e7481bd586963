/** The vocabulary of search: what an index keeps and answers. Free of DOM and worker types, so both sides share it. */
import type { Role, ThinkDecision, ThinkMode, Trace } from './types.ts';

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Free fields beside an item. Arrays of strings serve as tags. */
export type Metadata = { readonly [field: string]: JsonValue };

export type Scalar = string | number | boolean | null;

/**
 * What a field must be. A plain value means equality. Where the item's field is an array (tags), equality and `in` hold when
 * one of its elements fits; `all` asks for every tag named. Ranges compare numbers with numbers and strings with strings
 * (ISO dates too), and hold for nothing else. `exists: true` asks for the field to be there and not null.
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
 * A filter over metadata: the conditions on all named fields hold, dots lead into nested objects (`'exif.year'`). `and`, `or`
 * and `not` combine filters; fields of these three names cannot be asked for.
 * @example
 * { kind: 'photo', year: { gte: 2020 }, or: [{ tags: 'beach' }, { not: { tags: { in: ['work', 'scan'] } } }] }
 */
export type MetadataFilter = {
  readonly and?: readonly MetadataFilter[];
  readonly or?: readonly MetadataFilter[];
  readonly not?: MetadataFilter;
} & { readonly [field: string]: Condition | readonly MetadataFilter[] | MetadataFilter | undefined };

/** One item as it is kept, whole: what exporters, the map and the report work on. */
export interface IndexRecord {
  id: string;
  /** L2-normalised, length = the index's dimensions; kept in 16 bits a number: within 1e-5 of what was embedded. */
  vector: Float32Array<ArrayBuffer>;
  /** Empty for a picture alone. */
  text: string;
  metadata: Metadata;
  /** The trace that was encoded with the item, as text; null: none. */
  trace: string | null;
  /** SHA-256 (hex) of what was embedded: pictures, text, instruction, supplied trace. */
  contentHash: string;
  /** Milliseconds since 1970. */
  addedAt: number;
}

/** An item as `get` and `list` give it: a record without its vector. */
export type StoredItem = Omit<IndexRecord, 'vector'>;

/** What vectors of an index have in common; goes with every export. */
export interface SpaceManifest {
  format: 1;
  /** Fingerprint: vectors are comparable only within one space. */
  space: string;
  dimensions: number;
  metric: 'cosine';
  normalised: true;
  embedder: { id: string; revision: string; dtype: string };
  /** Put before queries and documents; null: none. */
  prompts: Record<Role, string> | null;
  /** How documents were thought about. */
  think: ThinkMode;
  /** Who thought, where somebody did. */
  reasoner: string | null;
}

export interface IndexInfo {
  name: string;
  count: number;
  manifest: SpaceManifest;
}

/** What came of adding. An item counts once. */
export interface AddReport {
  added: number;
  /** Items whose id was there before, with other content or metadata. */
  replaced: number;
  /** Items that were there already, the same in content and metadata; with `addFiles`, in content alone. */
  skipped: number;
  failed: readonly { index: number; id: string | null; name: string; reason: Error }[];
}

export interface AddProgress {
  /** Items finished: added, replaced, skipped, failed. */
  done: number;
  /** Null while a directory or an iterable is still being listed. */
  total: number | null;
  added: number;
  skipped: number;
  failed: number;
  /** What was finished last: a file's path, else the item's id. */
  name: string;
}

export interface SearchHit extends StoredItem {
  /** Cosine of query and item, -1 … 1. With `hybrid` hits are ordered by fused ranks, not by this. */
  score: number;
  /** From 1. */
  rank: number;
  /** Ranks gained (positive) or lost since the quick hits; `'new'`: it was not among them; null: these are the quick hits. */
  rankDelta: number | 'new' | null;
  /** Its place in each ranking, from 1; null where it is not among the first of it, or the ranking was not asked for. */
  ranks: { vector: number | null; text: number | null };
  /** Words of the query that full text found in it. */
  terms: readonly string[];
  /** One sentence for people: what brought it here. */
  why: string;
}

/** One stage of a search. `quick` comes first, always; `reasoned` follows where thinking was decided on. */
export interface SearchResult {
  stage: 'quick' | 'reasoned';
  hits: readonly SearchHit[];
  /** Whether this stage thought, and why, or why there is no second stage. */
  thinkDecision: ThinkDecision;
  /** The query's own trace. */
  trace: Trace | null;
  /** True: no further stage follows. */
  final: boolean;
  /** Items the filter let through. */
  candidates: number;
  /** Milliseconds in the worker: the query's vector, the scan with its rescoring, all of the stage. */
  ms: { embed: number; scan: number; total: number };
}

/** What changed, whichever tab changed it. */
export interface IndexChange {
  /** Items now in the index. */
  count: number;
}

/** Parquet, JSON Lines, NumPy's matrix with a file of ids, SQL for pgvector. */
export type ExportFormat = 'parquet' | 'jsonl' | 'npy' | 'sql';

/** An item's place on a map. */
export interface MapPoint {
  id: string;
  x: number;
  y: number;
}
