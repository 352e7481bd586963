/** Messages between page and worker for export, import, recall evaluation and projection; part of `HostApi`. */
import type { IndexRef, WireAddReport } from './index-protocol.ts';
import type { RecallReport } from './index-report.ts';
import type { AddProgress, ExportFormat, MapPoint } from './index-types.ts';
import type { BlobLike, WireInput } from './protocol.ts';

export interface WireRecallOptions {
  sample: number;
  topK: number;
  seed: number;
  /** Null: sampled items serve as queries. */
  queries: readonly WireInput[] | null;
  /** Think mode to compare with; null: none. */
  think: 'answer' | 'full' | null;
}

export interface WireProjectionOptions {
  seed: number;
  earlier: readonly MapPoint[];
}

export interface ExchangeApi {
  /** `File`s, which are sent without copying their data. */
  indexExport(request: number, ref: IndexRef, format: ExportFormat): Promise<BlobLike[]>;
  /** @param incarnation null: the file makes the index, in its own space */
  indexImport(
    request: number,
    ref: IndexRef,
    incarnation: string | null,
    files: readonly BlobLike[],
    reembed: boolean,
    onProgress: ((progress: AddProgress) => void) | null,
  ): Promise<WireAddReport>;
  indexEvaluateRecall(
    request: number,
    ref: IndexRef,
    options: WireRecallOptions,
    onProgress: ((done: number) => void) | null,
  ): Promise<RecallReport>;
  indexProject2d(
    request: number,
    ref: IndexRef,
    options: WireProjectionOptions,
    onProgress: ((done: number) => void) | null,
  ): Promise<MapPoint[]>;
}
