/** What crosses between page and worker for export, import, report and map; part of `HostApi`. */
import type { IndexRef, WireAddReport } from './index-protocol.ts';
import type { RecallReport } from './index-report.ts';
import type { AddProgress, ExportFormat, MapPoint } from './index-types.ts';
import type { BlobLike, WireInput } from './protocol.ts';

export interface WireRecallOptions {
  sample: number;
  topK: number;
  seed: number;
  /** Null: sampled items stand for queries. */
  queries: readonly WireInput[] | null;
  /** How to think; null: not at all. */
  think: 'answer' | 'full' | null;
}

export interface WireProjectionOptions {
  seed: number;
  earlier: readonly MapPoint[];
}

export interface ExchangeApi {
  /** `File`s: handed over without a copy, wherever the browser keeps them. */
  indexExport(request: number, ref: IndexRef, format: ExportFormat): Promise<BlobLike[]>;
  indexImport(
    request: number,
    ref: IndexRef,
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
