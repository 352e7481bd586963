/** Messages between page and worker for search; part of `HostApi`. */
import type {
  AddReport,
  IndexChange,
  IndexInfo,
  Metadata,
  MetadataFilter,
  SearchResult,
  StoredItem,
} from './index-types.ts';
import type { WireInput } from './protocol.ts';
import type { WireError } from './transfer.ts';
import type { ThinkMode } from './types.ts';

/** Sent with every call, so that a replacement worker can open the index by itself. */
export interface IndexRef {
  name: string;
  /** Null: those of the stored index; for a new index the model's full dimensions and `never`. */
  dimensions: number | null;
  think: Exclude<ThinkMode, 'auto'> | null;
  /** Longest side in pixels; 0: none. */
  thumbnails: number;
}

export interface WireItem {
  /** Null: the content hash. */
  id: string | null;
  /** For progress and reports. */
  name: string;
  input: WireInput;
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
  like: readonly string[];
  unlike: readonly string[];
}

export interface WireSearchOptions {
  topK: number;
  where?: MetadataFilter;
  think: ThinkMode;
  hybrid: boolean;
}

export interface WireThumbnail {
  type: string;
  bytes: ArrayBuffer;
}

/** The BroadcastChannel on which workers announce changes to pages and other workers. */
export const INDEX_CHANNEL = 'think-then-embed:indexes';

export interface IndexChangeMessage extends IndexChange {
  name: string;
  generation: number;
}

export interface IndexApi {
  /** Opens or creates the index. @throws space-mismatch | integrity */
  indexOpen(ref: IndexRef): Promise<IndexInfo>;
  indexClose(ref: IndexRef): Promise<void>;
  /** `onDuplicate`: `skip` leaves content that exists under any id; `add` writes the item under its own id. */
  indexAdd(
    request: number,
    ref: IndexRef,
    items: readonly WireItem[],
    known: 'skip' | 'add',
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
}
