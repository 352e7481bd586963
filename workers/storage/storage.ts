/** Creates the worker's storage: weights, metadata, measurements and caches. */
import type { StorageReport } from '../../src/shared/types.ts';
import type { FileStores } from './chunked-file.ts';
import { memoryStore, type Store } from './database.ts';
import type { Fetcher } from './fetcher.ts';
import type { Acquire } from './locks.ts';
import { createLru, type Lru } from './lru.ts';
import { createMeasurements, type Measurements } from './measurements.ts';
import { createModelMetadataStore, type ModelMetadataStore } from './model-metadata.ts';
import { clearAll, deleteModel, type EstimateStorage, storageReport, sweep } from './report.ts';
import { bytesOf } from './size.ts';
import { createWeights, type Weights } from './weights.ts';

export interface WorkerStorage<Vector, Trace> {
  weights: Weights;
  modelMetadata: ModelMetadataStore;
  /** Small things worth remembering: self-tests passed. */
  measurements: Measurements;
  /** Disabled until `limit()` sets the maximum number of entries. */
  vectors: Lru<Vector>;
  traces: Lru<Trace>;
  report(): Promise<Omit<StorageReport, 'indexes'>>;
  deleteModel(id: string): Promise<void>;
  clearCache(cache: 'vectors' | 'traces'): Promise<void>;
  clearAll(): Promise<void>;
  /** Deletes files of old revisions, in the background of a load. */
  sweep(): Promise<void>;
  /** Writes what the caches have pending. */
  flush(): Promise<void>;
  /** Also releases the files; nothing can be opened afterwards. */
  close(): Promise<void>;
}

/** What storage needs from the platform. */
export interface StoragePlatform {
  /** A key-value store with a name. Nothing is created before the first use. */
  openStore(name: string): Store;
  readonly fetcher: Fetcher;
  /** Locks that hold across all workers and processes over the same stores. */
  readonly acquire: Acquire;
  readonly storageEstimate: EstimateStorage;
}

export function createStorage<Vector, Trace>({
  openStore,
  fetcher,
  acquire,
  storageEstimate,
}: StoragePlatform): WorkerStorage<Vector, Trace> {
  const persistent = openStore('weights');
  const stores: FileStores = { persistent, memory: memoryStore(), inMemoryKeys: new Set() };
  const cache = <Value>(name: string) => createLru<Value>({ store: openStore(name), bytesOf });
  const context = {
    stores,
    modelMetadata: createModelMetadataStore(persistent),
    measurements: createMeasurements(persistent),
    acquire,
    storageEstimate,
    vectors: cache<Vector>('vectors'),
    traces: cache<Trace>('traces'),
  };
  const { modelMetadata, measurements, vectors, traces } = context;
  /** Bytes that can still be stored; null if unknown. */
  const room = async () => {
    const { usage, quota } = await storageEstimate();
    return usage === null || quota === null ? null : quota - usage;
  };
  const weights = createWeights({ stores, fetcher, acquire, room });
  const flush = async () => {
    await Promise.all([vectors.flush(), traces.flush()]);
  };
  return {
    weights,
    modelMetadata,
    measurements,
    vectors,
    traces,
    report: () => storageReport(context),
    deleteModel: (id) => deleteModel(context, id),
    clearCache: (cache) => context[cache].clear(),
    clearAll: () => clearAll(context),
    sweep: () => sweep(context).catch(() => {}),
    flush,
    close() {
      weights.letGo();
      return flush();
    },
  };
}
