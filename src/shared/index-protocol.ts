/** Messages between page and worker for search; part of `HostApi`. */
import type {
  AddProgress,
  AddReport,
  IndexChange,
  IndexInfo,
  Metadata,
  MetadataFilter,
  SearchResult,
  StoredItem,
  Understood,
} from './index-types.ts';
import type { WireInput } from './protocol.ts';
import type { WireError } from './transfer.ts';
import type { StorageReport, ThinkMode } from './types.ts';

/** Sent with every call, so that a replacement worker can open the index by itself. */
export interface IndexRef {
  name: string;
  /** Space of the caller's own vectors; null: the embedder's space, or that of the stored index. */
  space: string | null;
  /** Null: those of the stored index; for a new index the model's full dimensions and `never`. */
  dimensions: number | null;
  think: ThinkMode | null;
  /** Longest side in pixels; 0: none. */
  thumbnails: number;
}

export interface WireItem {
  /** Null: the content hash. */
  id: string | null;
  /** For progress and reports. */
  name: string;
  input: WireInput;
  /** L2-normalised; null: the input is embedded. */
  vector: Float32Array<ArrayBuffer> | null;
  metadata: Metadata;
  /** Milliseconds since 1970. @default now */
  addedAt?: number;
}

export type WireAddReport = Omit<AddReport, 'failed'> & {
  failed: (Omit<AddReport['failed'][number], 'reason'> & { reason: WireError })[];
};

export type ItemOutcome = 'added' | 'replaced' | 'skipped' | 'failed';

export interface WireQuery {
  /** Null: search by example only. */
  input: WireInput | null;
  /** L2-normalised, used instead of embedding the input; null: the input is embedded. */
  vector: Float32Array<ArrayBuffer> | null;
  like: readonly string[];
  unlike: readonly string[];
  /** An earlier question taken apart, to be searched for in place of the input's text; null: the text is. */
  understood: Understood | null;
}

export interface WireSearchOptions {
  topK: number;
  where?: MetadataFilter;
  think: ThinkMode;
  hybrid: boolean;
  /** Whether a stage with an answer from the hits follows. */
  answer: boolean;
  /** Whether the text is taken apart. */
  understand: boolean;
  /** BCP 47, of the page. */
  locale: string;
}

export interface WireThumbnail {
  type: string;
  bytes: ArrayBuffer;
}

/** The BroadcastChannel on which workers announce changes to pages. */
export const INDEX_CHANNEL = 'think-then-embed:indexes';

export interface IndexChangeMessage extends IndexChange {
  name: string;
}

/** The index that an operation of several calls starts with. */
export interface OpenedIndex extends IndexInfo {
  /** Distinguishes it from deleted or later indexes of the same name; null: it does not exist, and no space says how to create it. */
  incarnation: string | null;
}

export interface IndexApi {
  /** Opens the index; creates it if the embedder or `ref.space` determines its space. @throws space-mismatch | integrity */
  indexOpen(ref: IndexRef): Promise<OpenedIndex>;
  indexInfo(ref: IndexRef): Promise<IndexInfo>;
  indexClose(name: string): Promise<void>;
  listIndexes(): Promise<StorageReport['indexes']>;
  /** Waits for the current writer. Pending additions do not recreate the index. */
  deleteIndex(name: string): Promise<void>;
  /**
   * `onDuplicate`: `skip` leaves content that exists under any id; `add` writes the item under its own id.
   * @throws disposed: that incarnation was deleted
   */
  indexAdd(
    request: number,
    ref: IndexRef,
    incarnation: string,
    items: readonly WireItem[],
    onDuplicate: 'skip' | 'add',
    onDone: ((index: number, outcome: ItemOutcome) => void) | null,
  ): Promise<WireAddReport>;
  indexUpdate(ref: IndexRef, id: string, metadata: Metadata): Promise<boolean>;
  indexDelete(ref: IndexRef, what: readonly string[] | { where: MetadataFilter }): Promise<number>;
  indexCount(ref: IndexRef, where: MetadataFilter | undefined): Promise<number>;
  indexGet(ref: IndexRef, id: string): Promise<StoredItem | null>;
  indexVector(ref: IndexRef, id: string): Promise<Float32Array<ArrayBuffer> | null>;
  indexList(
    ref: IndexRef,
    options: { where?: MetadataFilter; offset: number; limit: number },
  ): Promise<StoredItem[]>;
  indexThumbnails(ref: IndexRef, ids: readonly string[]): Promise<(WireThumbnail | null)[]>;
  /** Calls `onResult` once or twice, then resolves. */
  indexSearch(
    request: number,
    ref: IndexRef,
    query: WireQuery,
    options: WireSearchOptions,
    onResult: (result: SearchResult) => void,
    onTrace: ((delta: string) => void) | null,
  ): Promise<void>;
  indexCompact(ref: IndexRef): Promise<void>;
  /**
   * Updates the index to the content of a Parquet file on a server; resolves when it is up to date. Calls `onReady` once, when there is
   * something to search or the index is up to date.
   * @throws download-failed | invalid-input | space-mismatch | quota | aborted
   */
  indexFollow(
    request: number,
    ref: IndexRef,
    url: string,
    onReady: (() => void) | null,
    onProgress: ((progress: AddProgress) => void) | null,
  ): Promise<void>;
  /** Re-embeds an index of another space; the old one stays intact until the new one is complete. */
  indexReembed(
    request: number,
    ref: IndexRef,
    onProgress: ((progress: AddProgress) => void) | null,
  ): Promise<void>;
}
