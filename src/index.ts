/** Images, text, and both together into vectors inside a web page; a small reasoner may think first. */
export { createEmbedder } from './client/create-embedder.ts';
export type {
  AddManyOptions,
  AddOptions,
  ExportOptions,
  ImportOptions,
  Index,
  IndexItem,
  ListOptions,
  ManySource,
  MapOptions,
  OpenIndexOptions,
  ReportOptions,
  SearchOptions,
  SearchQuery,
} from './client/index-types.ts';
export type {
  Embedder,
  EmbedderOptions,
  EmbedInput,
  EmbedManyOptions,
  EmbedOptions,
  ImageSource,
  ReasonerFunction,
  ReasonerInput,
  ThinkOptions,
} from './client/types.ts';
export { isTteError, TteError, type TteErrorCode } from './shared/errors.ts';
export type { MovedItem, RankingComparison, RecallReport } from './shared/index-report.ts';
export type {
  AddProgress,
  AddReport,
  Condition,
  ExportFormat,
  IndexChange,
  IndexInfo,
  IndexRecord,
  Json,
  MapPoint,
  Metadata,
  Scalar,
  SearchHit,
  SearchResult,
  SpaceManifest,
  StoredItem,
  Where,
} from './shared/index-types.ts';
export type {
  Device,
  Dtype,
  EmbedderInfo,
  Embedding,
  LoadedModel,
  Progress,
  Role,
  StorageReport,
  ThinkDecision,
  ThinkMode,
  Trace,
  Usage,
  Warning,
} from './shared/types.ts';
