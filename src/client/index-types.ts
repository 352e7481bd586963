/** `Index`: the public shapes of search that need DOM types; the rest is in `src/shared/index-types.ts`. */

import type { RecallReport } from '../shared/index-report.ts';
import type {
  AddProgress,
  AddReport,
  ExportFormat,
  IndexChange,
  IndexInfo,
  MapPoint,
  Metadata,
  MetadataFilter,
  SearchResult,
  SpaceManifest,
  StoredItem,
} from '../shared/index-types.ts';
import type { ThinkMode } from '../shared/types.ts';
import type { EmbedInput } from './types.ts';

export interface OpenIndexOptions {
  /**
   * Length of its vectors; one of `info.dimensions`. Fixed when the index is made.
   * @default the model's full dimensions
   */
  dimensions?: number;
  /**
   * How items are thought about when they are added. Queries decide for themselves: a thought makes a query say more, it does
   * not change the space it is compared in. Fixed when the index is made.
   * @default 'never'
   */
  think?: Exclude<ThinkMode, 'auto'>;
  /**
   * Longest side of the thumbnails kept of pictures, in pixels; 0: none are kept.
   * @default 160
   */
  thumbnails?: number;
}

/** What to keep: an input of `embed` with a name and free fields. */
export interface IndexItem extends EmbedInput {
  /**
   * Adding an id that is there replaces that item.
   * @default the content hash, so that the same content is one item
   */
  id?: string;
  metadata?: Metadata;
}

export interface AddOptions {
  signal?: AbortSignal;
  onProgress?: (progress: AddProgress) => void;
}

/**
 * Where `addFiles` takes items from: files (a FileList too), a directory's handle (read with its sub-folders), or any iterable of
 * files and items. Pictures are embedded as such, text files (`text/*`, .md, .json, .csv, …) by their text; other
 * files are reported as failed with code `unsupported`. Their metadata: `name`, `path`, `type`, `bytes`, `modified` (ISO).
 */
export type FileSource =
  | Iterable<File | IndexItem>
  | AsyncIterable<File | IndexItem>
  | ArrayLike<File>
  | FileSystemDirectoryHandle;

export interface AddFilesOptions extends AddOptions {
  /** Instruction for all files. Part of the content hash. */
  instruction?: string;
  /** Fields added to every file's metadata, or made from the file. */
  metadata?: Metadata | ((file: File, path: string) => Metadata);
}

/** A query: an input of `embed`, items to resemble, or both. At least one of text, picture, `like`. */
export interface SearchQuery extends EmbedInput {
  /** Ids: more like these. Their mean joins the input's vector with equal weight. */
  like?: readonly string[];
  /** Ids: less like these. */
  unlike?: readonly string[];
}

export interface SearchOptions {
  /** Hits wanted. @default 10 */
  topK?: number;
  /** Only items of which this holds. */
  where?: MetadataFilter;
  /**
   * Whether a thought-through ranking follows the quick one. `auto`: when the gate thinks it pays.
   * @default 'auto' where the embedder can think, else 'never'
   */
  think?: ThinkMode;
  /**
   * Join with full text over text, metadata and traces, by reciprocal rank fusion.
   * @default false
   */
  hybrid?: boolean;
  /** Ends the iteration with code 'aborted'. Leaving the loop (`break`) stops the search too. */
  signal?: AbortSignal;
  /** Receives the query's trace while it is written. */
  onTrace?: (delta: string) => void;
}

export interface ListOptions {
  where?: MetadataFilter;
  /** Items to skip. @default 0 */
  offset?: number;
  /** @default 100 */
  limit?: number;
}

export interface ExportOptions {
  /** @default 'parquet' */
  format?: ExportFormat;
  signal?: AbortSignal;
}

export interface ImportOptions extends AddOptions {
  /**
   * What to do with vectors of another space, or of none that the file names: false refuses the file, true embeds its texts anew, as this
   * index' items are embedded. Vectors of this index' own space are kept in either case.
   * @default false
   */
  reembed?: boolean;
}

export interface RecallOptions {
  /** How many of the items stand for queries, chosen by the seed. @default 32 */
  sample?: number;
  /** Texts to search for instead. */
  queries?: readonly string[];
  /** Hits compared. @default 10 */
  topK?: number;
  /** @default 1 */
  seed?: number;
  signal?: AbortSignal;
  /** 0 … 1. */
  onProgress?: (done: number) => void;
}

export interface ProjectionOptions {
  /**
   * An earlier map: its items stay where they are, and new ones are placed among them. With fewer than 15 of its items left a map is drawn anew.
   * @default none: a map is drawn
   */
  earlier?: readonly MapPoint[];
  /** The same items in the same browser give the same map for the same seed. @default 1 */
  seed?: number;
  signal?: AbortSignal;
  /** 0 … 1. */
  onProgress?: (done: number) => void;
}

/** @see Embedder.openIndex */
export interface VectorIndex {
  readonly name: string;
  readonly manifest: SpaceManifest;
  /** @throws TteError invalid-input: a bad filter */
  count(where?: MetadataFilter): Promise<number>;
  info(): Promise<IndexInfo>;
  /**
   * Embeds and keeps items. What is reported as added is in the database. One item that fails does not stop the others.
   * @throws TteError invalid-input | quota | aborted | worker-died | disposed
   */
  add(items: IndexItem | readonly IndexItem[], options?: AddOptions): Promise<AddReport>;
  /**
   * Keeps a collection of any size, a few items at a time; the page stays responsive. Content that is there already is skipped, so
   * that a call that was aborted, or whose page was closed, goes on where it stopped when it is made again.
   */
  addFiles(source: FileSource, options?: AddFilesOptions): Promise<AddReport>;
  /** Merges fields into an item's metadata (null removes one); its vector stays. False: no such item. */
  update(id: string, metadata: Metadata): Promise<boolean>;
  /** Items by id, or all of which a filter holds. Resolves to how many there were. */
  delete(what: string | readonly string[] | { where: MetadataFilter }): Promise<number>;
  /** Null: no such item. */
  get(id: string): Promise<StoredItem | null>;
  /** Its vector; null: no such item. */
  vector(id: string): Promise<Float32Array<ArrayBuffer> | null>;
  /** In the order they were added, replaced ones last. */
  list(options?: ListOptions): Promise<StoredItem[]>;
  /** WebP pictures, by id; null where there is none. */
  thumbnails(ids: readonly string[]): Promise<(Blob | null)[]>;
  /**
   * Quick hits (without thinking) first; then, when thinking is decided on, the thought-through ranking.
   * @throws TteError (from the iteration) invalid-input | unsupported | aborted | as `embed`
   * @example
   * for await (const { stage, hits } of index.search({ text: 'what do bees live in' }, { topK: 5 })) show(stage, hits);
   */
  search(query: SearchQuery, options?: SearchOptions): AsyncIterableIterator<SearchResult>;
  /**
   * The whole index as files, with the manifest of its space: one, or for `npy` two (matrix and ids). Thumbnails stay here.
   * @throws TteError aborted
   * @example
   * const [file] = await index.export({ format: 'parquet' }); // photos.parquet
   */
  export(options?: ExportOptions): Promise<File[]>;
  /**
   * Takes items from a file of `export`, or another's Parquet, JSON Lines, or npy with its ids (two files); which it is, its content tells.
   * A file with a fault is refused as a whole. Items keep their ids, and replace those that are there.
   * @throws TteError space-mismatch | invalid-input | unsupported | quota | aborted
   */
  import(files: Blob | readonly Blob[], options?: ImportOptions): Promise<AddReport>;
  /**
   * What the faster search misses on this index, and what thinking changes.
   * @throws TteError invalid-input | aborted | as `embed`
   */
  evaluateRecall(options?: RecallOptions): Promise<RecallReport>;
  /**
   * Places all items on a plane, like beside like; in no order of its own. Of more than 10,000 a sample is drawn and the others are placed among it.
   * @throws TteError aborted
   */
  project2d(options?: ProjectionOptions): Promise<MapPoint[]>;
  /** Told after every change, made here or in another tab. Returns the function that ends it. */
  onChange(listener: (change: IndexChange) => void): () => void;
  /** Writes the index anew without what was deleted; also done by itself when that pays. */
  compact(): Promise<void>;
  /** Returns its memory. What is kept stays; `tte.deleteIndex(name)` deletes it. */
  close(): Promise<void>;
}
