/** Turns images, text, and both together into vectors inside a web page; a small reasoner may write a trace first. */
export { createEmbedder } from './client/create-embedder.ts';
export type {
  AddFilesOptions,
  AddOptions,
  DetachedIndexOptions,
  EditedQuestion,
  EmbedderIndex,
  ExportOptions,
  FileSource,
  ImportOptions,
  IndexItem,
  ListOptions,
  OpenIndexOptions,
  ProjectionOptions,
  RecallOptions,
  SearchOptions,
  SearchQuery,
  SearchRun,
  VectorIndex,
} from './client/index-types.ts';
export { deleteIndex, listIndexes, openIndex } from './client/open-index.ts';
export type {
  CustomEmbedder,
  DecodedImage,
  Embedder,
  EmbedderOptions,
  EmbedInput,
  EmbedManyOptions,
  EmbedOptions,
  ImageSource,
  ModelHeaders,
  PackageFiles,
  ReasonerFunction,
  ReasonerInput,
  ThinkOptions,
} from './client/types.ts';
export { cosineSimilarity, topK } from './client/vectors.ts';
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
  JsonValue,
  MapPoint,
  Metadata,
  MetadataFilter,
  Scalar,
  SearchAnswer,
  SearchHit,
  SearchResult,
  SpaceManifest,
  StoredItem,
  Understood,
} from './shared/index-types.ts';
export type { PackagedModel } from './shared/packaged-model.ts';
export type {
  Box,
  DetectedObject,
  Device,
  Dtype,
  EmbedderInfo,
  EmbedderWarning,
  Embedding,
  LoadedModel,
  LoadProgress,
  PrintedLine,
  Role,
  StorageReport,
  ThinkDecision,
  ThinkMode,
  Trace,
  Usage,
} from './shared/types.ts';
