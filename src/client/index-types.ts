/// <reference lib="esnext.disposable" preserve="true" />
/** `VectorIndex` and the public search types that need DOM types; the others are in `src/shared/index-types.ts`. */

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
  Understood,
} from '../shared/index-types.ts';
import type { ThinkMode } from '../shared/types.ts';
import type { EmbedInput, PackageFiles } from './types.ts';

export interface OpenIndexOptions {
  /**
   * Length of the vectors; one of `info.dimensions`. Fixed when the index is created.
   * @default the model's full dimensions
   */
  dimensions?: number;
  /**
   * Think mode for items that are added. Queries choose their own: a trace enriches a query without changing the vector space. With
   * `auto`, photographs get a trace that lists what is in them, so that they are found better and take longer to add; texts and drawings
   * get none. Fixed when the index is created.
   * @default 'never'
   */
  think?: ThinkMode;
  /**
   * Longest side of the thumbnails that are stored for images, in pixels; 0 stores none.
   * @default 160
   */
  thumbnails?: number;
  /**
   * What to do if the index holds vectors of another space: reject, or re-embed its texts with this embedder before opening it. An index
   * does not store images, so one that has items with images rejects with `unsupported`. The old index stays intact until the new one is
   * complete.
   * @default 'throw'
   */
  onSpaceMismatch?: 'throw' | 'reembed';
  /**
   * URL of a Parquet file written by `export` or `npx think-then-embed index`, relative to the page. The index is kept equal to the
   * file: it can be searched while the file arrives, is stored for the next visit and for offline use, and is updated when the file changes.
   * The file's vectors must be in the embedder's space.
   */
  from?: string;
  /** Aborts opening, re-embedding, and importing the file of `from`. */
  signal?: AbortSignal;
  /** Progress of re-embedding, or of importing the file of `from`. */
  onProgress?: (progress: AddProgress) => void;
}

/** @see openIndex */
export interface DetachedIndexOptions
  extends Pick<OpenIndexOptions, 'thumbnails' | 'from' | 'signal' | 'onProgress'>,
    PackageFiles {
  /**
   * Name of the vector space of your own vectors, such as the model that made them. An index of another space is rejected.
   * @default the space of the stored index; a new index takes that of the first file imported
   */
  space?: string;
  /** Length of the vectors. Required with `space` for a new index. */
  dimensions?: number;
}

/** An item to add: an input of `embed` with an id and metadata. */
export interface IndexItem extends EmbedInput {
  /**
   * Adding an existing id replaces that item.
   * @default the content hash, so that identical content is stored once
   */
  id?: string;
  /** Any JSON; fields that are undefined are left out. */
  metadata?: Metadata;
  /**
   * Your own vector in the index's space, used instead of embedding the item, which then needs neither text nor image. It is
   * L2-normalised.
   */
  vector?: Float32Array | readonly number[];
}

export interface AddOptions {
  signal?: AbortSignal;
  onProgress?: (progress: AddProgress) => void;
}

/**
 * Source for `addFiles`: files (one, an array, a FileList), a directory handle (read recursively), or any iterable of files and
 * items. The type of a file is detected from its bytes, not its name: images are embedded as images, texts (UTF-8, UTF-16 with a byte order mark)
 * by their text. Other files are reported as failed with code `unsupported`, unreadable ones with `invalid-input`.
 *
 * Metadata of a file, of which fields that it has nothing for are left out: `name`; `path`; `folders` (their names, outermost first); `kind`
 * (`image`, `text`, `markdown`, `html`, `csv`); `type` (as declared); `bytes`; `date` (of a photograph when it was taken, else when the file was modified;
 * local time without a zone, `2026-07-14T18:30:00`); `modified` (ISO 8601, UTC). Of a JPEG, PNG, WebP, GIF or BMP also `width` and `height` (pixels, as shown) and, by EXIF, `camera` (its make, its model, and both
 * together, so that each can be filtered by), `latitude` and `longitude` (degrees, north and east positive).
 */
export type FileSource =
  | Iterable<File | IndexItem>
  | AsyncIterable<File | IndexItem>
  | ArrayLike<File>
  | File
  | FileSystemDirectoryHandle;

export interface AddFilesOptions extends AddOptions {
  /** Instruction for all files. Part of the content hash. */
  instruction?: string;
  /** Fields to add to every file's metadata, or a function that returns them. They replace those of the file that have the same name. */
  metadata?: Metadata | ((file: File, path: string) => Metadata);
}

/** A query: an input of `embed` or a vector, items to resemble, or both. At least one of text, image, vector and `like` is required. */
export interface SearchQuery extends EmbedInput {
  /** Ids of positive examples. Their mean vector is added to the input's vector with equal weight. */
  like?: readonly string[];
  /** Ids of negative examples. */
  unlike?: readonly string[];
  /** Your own vector in the index's space, used instead of embedding the input; `text` then only serves `hybrid`. */
  vector?: Float32Array | readonly number[];
  /** A question taken apart by an earlier search, as it was or edited, in place of `text`. It is searched for in every think mode. */
  understood?: EditedQuestion;
}

/** Parts that are left out are empty. */
export type EditedQuestion = Pick<Understood, 'text'> & Partial<Understood>;

export interface SearchOptions {
  /** Number of hits to return. @default 10 */
  topK?: number;
  /** Restricts the search to items whose metadata matches. */
  where?: MetadataFilter;
  /**
   * Whether a reasoned ranking follows the quick one. `auto`: a heuristic decides whether a trace is likely to help. Unless it is `never`,
   * the question's text is also taken apart (`result.understood`): conditions on the items' metadata, exact words, exclusions. That
   * takes no reasoner, and is left out beside a picture.
   * @default 'auto' where the embedder can think; elsewhere no trace is written, and the question is taken apart
   */
  think?: ThinkMode;
  /**
   * Language tag by which dates and numbers in a question are read: 12/5, 1.500, the first day of a week. Questions are taken apart in
   * English.
   * @default the browser's language
   */
  locale?: string;
  /**
   * Whether words count too: those of the query's text that an item has in its text, metadata or trace add to its score (BM25, in the
   * cosine's scale). Without a model, a text query is answered by words alone.
   * @default true for queries of text; false for those with a picture, which ask for something else than they say
   */
  hybrid?: boolean;
  /**
   * Whether a last stage (`answered`) answers the question from the texts of the best hits. It takes a language model as reasoner
   * (`info.canAnswer`), otherwise the search rejects with `unsupported`, and a question as `text`. The ranking does not depend on it.
   * @default false
   * @example
   * const { answer, hits } = await index.search({ text: 'When is the office open?' }, { answer: true });
   * answer?.sources.map((id) => hits.find((hit) => hit.id === id));
   */
  answer?: boolean;
  /** Makes the iteration throw with code 'aborted'. Leaving the loop (`break`) also stops the search. */
  signal?: AbortSignal;
  /** Receives the query's trace while it is written; with `answer`, the answer instead, before it was checked. */
  onTrace?: (delta: string) => void;
}

export interface ListOptions {
  where?: MetadataFilter;
  /** Number of items to skip. @default 0 */
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
   * What to do if the file's vectors are of another space, or the file names none: false rejects the file, true embeds its
   * texts again with this index's settings. Vectors of this index's space are imported as they are in either case.
   * @default false
   */
  reembed?: boolean;
}

export interface RecallOptions {
  /** Number of items that serve as queries, sampled with `seed`. @default 32 */
  sample?: number;
  /** Query texts to use instead of sampled items. */
  queries?: readonly string[];
  /** Number of hits to compare. @default 10 */
  topK?: number;
  /** @default 1 */
  seed?: number;
  signal?: AbortSignal;
  /** 0 … 1. */
  onProgress?: (done: number) => void;
}

export interface ProjectionOptions {
  /**
   * An earlier projection: its items keep their positions, and new items are placed near their neighbours. If fewer than 15
   * of its items are left, a new layout is computed.
   * @default none: a new layout is computed
   */
  earlier?: readonly MapPoint[];
  /** With the same seed, the same items give the same layout in the same browser. @default 1 */
  seed?: number;
  signal?: AbortSignal;
  /** 0 … 1. */
  onProgress?: (done: number) => void;
}

/**
 * A running search: iterate it for each stage, await it for the last one, or both. It starts then; leaving the loop stops it.
 * @example
 * const { hits } = await index.search({ text: 'what do bees live in' });
 */
export interface SearchRun extends AsyncIterableIterator<SearchResult>, Promise<SearchResult> {}

/** An index with an embedder attached, which can add and search texts and images. @see Embedder.openIndex */
export interface EmbedderIndex extends VectorIndex {
  readonly manifest: SpaceManifest;
}

/**
 * A search index stored in this browser. Opened without a model it does everything except embedding: texts and images reject with code
 * 'unsupported'.
 * @see Embedder.openIndex
 */
export interface VectorIndex extends AsyncDisposable {
  readonly name: string;
  /** The vector space of the index; null while it does not exist yet. */
  readonly manifest: SpaceManifest | null;
  /** @throws TteError invalid-input: the filter is malformed */
  count(where?: MetadataFilter): Promise<number>;
  info(): Promise<IndexInfo>;
  /**
   * Embeds and stores items. Items that are reported as added are committed to the database. An item that fails does not stop
   * the others.
   * @throws TteError invalid-input | quota | aborted | worker-died | disposed
   */
  add(items: IndexItem | readonly IndexItem[], options?: AddOptions): Promise<AddReport>;
  /**
   * Embeds and stores a collection of any size in batches. Content that is already in the index is skipped, so that a call that
   * was aborted, or whose page was closed, resumes where it stopped when it is repeated.
   */
  addFiles(source: FileSource, options?: AddFilesOptions): Promise<AddReport>;
  /** Merges fields into an item's metadata (null removes a field); the vector is unchanged. Resolves to false if there is no such item. */
  update(id: string, metadata: Metadata): Promise<boolean>;
  /** Deletes items by id, or all that match a filter. Resolves to the number of deleted items. */
  delete(what: string | readonly string[] | { where: MetadataFilter }): Promise<number>;
  /** Resolves to null if there is no such item. */
  get(id: string): Promise<StoredItem | null>;
  /** The item's vector, or null if there is no such item. */
  vector(id: string): Promise<Float32Array<ArrayBuffer> | null>;
  /** Items in insertion order; replacing an item moves it to the end. */
  list(options?: ListOptions): Promise<StoredItem[]>;
  /** WebP thumbnails by id; null for items without one. */
  thumbnails(ids: readonly string[]): Promise<(Blob | null)[]>;
  /**
   * Yields the quick hits (without a trace) first; then, if the query is thought about, the reasoned ranking. A string stands for `{ text }`.
   * @throws TteError (from the iteration, or the promise) invalid-input | unsupported | aborted | as `embed`
   * @example
   * for await (const { stage, hits } of index.search({ text: 'what do bees live in' }, { topK: 5 })) show(stage, hits);
   */
  search(query: string | SearchQuery, options?: SearchOptions): SearchRun;
  /**
   * Exports the whole index with the manifest of its space: one file, or two for `npy` (matrix and ids). Thumbnails are not
   * exported.
   * @throws TteError aborted
   * @example
   * const [file] = await index.export({ format: 'parquet' }); // photos.parquet
   */
  export(options?: ExportOptions): Promise<File[]>;
  /**
   * Imports items from a file of `export`, or from any Parquet, JSON Lines, or npy file with its ids (two files). The format is
   * detected from the content. A file with an error is rejected as a whole. Items keep their ids and replace existing ones.
   * @throws TteError space-mismatch | invalid-input | unsupported | quota | aborted
   */
  import(files: Blob | readonly Blob[], options?: ImportOptions): Promise<AddReport>;
  /**
   * Measures what the approximate search misses on this index, and how traces change the ranking.
   * @throws TteError invalid-input | aborted | as `embed`
   */
  evaluateRecall(options?: RecallOptions): Promise<RecallReport>;
  /**
   * Projects all items to the plane (UMAP); similar items are close together. Above 10,000 items a sample is laid out and the
   * others are placed near their neighbours.
   * @throws TteError aborted
   */
  project2d(options?: ProjectionOptions): Promise<MapPoint[]>;
  /**
   * Resolves when the index equals the file of `from`; without `from`, at once.
   * @throws TteError download-failed (stored data stays) | invalid-input | space-mismatch | quota | aborted
   */
  whenUpdated(): Promise<void>;
  /** Calls the listener after every change, made here or in another tab. Returns a function that unsubscribes. */
  onChange(listener: (change: IndexChange) => void): () => void;
  /** Rewrites the index without deleted items. Happens automatically when it is worthwhile. */
  compact(): Promise<void>;
  /**
   * Waits for pending operations, then frees the index's memory; later calls reject with code 'disposed'. The stored data stays;
   * `deleteIndex(name)` deletes it. `await using` closes the index too.
   */
  close(): Promise<void>;
}
