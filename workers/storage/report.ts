/** Reports and deletes stored data. */
import { ON_DEMAND } from '../../src/shared/descriptor.ts';
import type { StorageReport } from '../../src/shared/types.ts';
import { dropFile, type FileManifest, type FileStores, isManifest } from './chunked-file.ts';
import { type Acquire, acquireIfFree } from './locks.ts';
import type { Lru } from './lru.ts';
import type { Measurements } from './measurements.ts';
import {
  fileSpec,
  type ModelMetadata,
  type ModelMetadataStore,
  ownsFile,
  tableOf,
} from './model-metadata.ts';
import { lockName, useLockName } from './weights.ts';

/** Storage space as reported by the platform; null if unknown. */
export type EstimateStorage = () => Promise<Pick<StorageReport, 'usage' | 'quota' | 'persisted'>>;

export interface StorageContext {
  stores: FileStores;
  modelMetadata: ModelMetadataStore;
  measurements: Measurements;
  acquire: Acquire;
  storageEstimate: EstimateStorage;
  vectors: Lru<unknown>;
  traces: Lru<unknown>;
}

/** Does not count files that are only in memory. */
export async function storageReport({
  stores,
  modelMetadata,
  vectors,
  traces,
  storageEstimate,
}: StorageContext): Promise<Omit<StorageReport, 'indexes'>> {
  const manifests = await readManifests(stores);
  const models = (await modelMetadata.all().catch(() => [])).map((record) => {
    const files = manifests.filter(({ key }) => ownsFile(record, key));
    const { id, revision } = record.descriptor;
    const bytes = files.reduce((sum, { received }) => sum + received, 0);
    return { id, revision, bytes, files: files.length, complete: isComplete(record, files) };
  });
  return {
    ...(await storageEstimate()),
    models,
    caches: { vectors: await vectors.totals(), traces: await traces.totals() },
  };
}

/**
 * Deletes a model by its id, unfinished downloads included. A file that a tab is loading is deleted when that tab has finished.
 * Files shared with another model stay.
 */
export async function deleteModel(context: StorageContext, id: string): Promise<void> {
  await deleteModels(context, (record) => record.descriptor.id === id);
}

/** Deletes all models, both caches and the measurements. */
export async function clearAll(context: StorageContext): Promise<void> {
  await context.vectors.clear();
  await context.traces.clear();
  await context.measurements.clear();
  await deleteModels(context, () => true);
}

async function deleteModels(context: StorageContext, isChosen: (record: ModelMetadata) => boolean) {
  for (const record of await context.modelMetadata.all()) {
    if (isChosen(record)) await context.modelMetadata.remove(record.url);
  }
  await dropAbandoned(context, (key) => context.acquire(lockName(key), 'exclusive', null));
}

type SweepContext = Pick<StorageContext, 'stores' | 'modelMetadata' | 'acquire'>;

/**
 * Deletes the files that belong to no model: those of deleted models and of superseded revisions. Files that a worker may still open
 * are kept until a later load.
 */
export function sweep(context: SweepContext): Promise<void> {
  const { acquire } = context;
  return dropAbandoned(context, async (key) => {
    const unused = await acquireIfFree(acquire, useLockName(key));
    if (unused === null) return null;
    const release = await acquire(lockName(key), 'exclusive', null);
    return () => {
      release();
      unused();
    };
  });
}

/** @param lock null: leave this one */
async function dropAbandoned(
  { stores, modelMetadata }: SweepContext,
  lock: (key: string) => Promise<(() => void) | null>,
): Promise<void> {
  const keys = await storedKeys(stores); // read before the models, so that a model that another tab is adding does not look abandoned
  const models = await modelMetadata.all();
  for (const key of keys) {
    if (models.some((record) => ownsFile(record, key))) continue;
    const release = await lock(key);
    if (release === null) continue;
    try {
      await dropFile(stores, key);
    } finally {
      release();
    }
  }
}

/** Whether the model can be loaded offline: at least one format of every session that a load needs is stored. */
function isComplete(record: ModelMetadata, manifests: readonly FileManifest[]): boolean {
  const stored = new Set(manifests.filter(({ complete }) => complete).map(({ key }) => key));
  const isStored = (path: string) => stored.has(fileSpec(tableOf(record), path)?.key ?? '');
  const needed = Object.entries(record.descriptor.sessions).filter(([name]) => !ON_DEMAND.includes(name));
  return needed.every(([, formats]) =>
    Object.values(formats).some(({ path, data = [] }) => [path, ...data].every(isStored)),
  );
}

async function readManifests({ persistent }: FileStores): Promise<FileManifest[]> {
  const entries = await persistent.entries('file/').catch(() => []);
  return entries.map(([, value]) => value).filter(isManifest);
}

/** Keys of all files with stored data, including chunks without a manifest. */
async function storedKeys({ persistent }: FileStores): Promise<Set<string>> {
  const manifests = (await persistent.keys('file/')).map((key) => key.slice('file/'.length));
  const chunks = (await persistent.keys('chunk/')).map((key) =>
    key.slice('chunk/'.length, key.lastIndexOf('/')),
  );
  return new Set([...manifests, ...chunks]);
}
