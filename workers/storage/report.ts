/** What is kept, how large, and how to be rid of it. */
import type { StorageReport } from '../../src/shared/types.ts';
import type { Facts } from './facts.ts';
import type { Acquire } from './locks.ts';
import type { Lru } from './lru.ts';
import { fileSpec, type ModelRecord, owns, type Records, tableOf } from './records.ts';
import { dropFile, isManifest, type Manifest, type Tiers } from './shelf.ts';
import { lockName } from './weights.ts';

export interface Kept {
  tiers: Tiers;
  records: Records;
  facts: Facts;
  acquire: Acquire;
  vectors: Lru<unknown>;
  traces: Lru<unknown>;
}

/** Files in memory only are not counted. */
export async function storageReport({
  tiers,
  records,
  vectors,
  traces,
}: Kept): Promise<Omit<StorageReport, 'indexes'>> {
  const { usage = null, quota = null } = (await navigator.storage?.estimate().catch(() => null)) ?? {};
  const persisted = (await navigator.storage?.persisted().catch(() => false)) ?? false;
  const manifests = await readManifests(tiers);
  const models = (await records.all().catch(() => [])).map((record) => {
    const files = manifests.filter(({ key }) => owns(record, key));
    const { id, revision } = record.descriptor;
    const bytes = files.reduce((sum, { received }) => sum + received, 0);
    return { id, revision, bytes, files: files.length, complete: isComplete(record, files) };
  });
  return {
    usage,
    quota,
    persisted,
    models,
    caches: { vectors: await vectors.totals(), traces: await traces.totals() },
  };
}

/**
 * Deletes a model (by its id) with unfinished downloads, `vectors`, `traces`, or with null everything. A file that a tab is
 * just loading is deleted when that tab is done with it. Files that another model shares stay.
 */
export async function clearStorage(kept: Kept, what: string | null): Promise<void> {
  if (what === null || what === 'vectors') await kept.vectors.clear();
  if (what === null || what === 'traces') await kept.traces.clear();
  if (what === 'vectors' || what === 'traces') return;
  if (what === null) await kept.facts.clear();
  for (const record of await kept.records.all()) {
    if (what === null || record.descriptor.id === what) await kept.records.remove(record.url);
  }
  await sweep(kept);
}

/** Deletes the files that belong to no model: those of deleted models and of superseded revisions. */
export async function sweep({
  tiers,
  records,
  acquire,
}: Pick<Kept, 'tiers' | 'records' | 'acquire'>): Promise<void> {
  const keys = await storedKeys(tiers); // before the models: what another tab is just adding must not look abandoned
  const models = await records.all();
  for (const key of keys) {
    if (models.some((record) => owns(record, key))) continue;
    const release = await acquire(lockName(key), 'exclusive', null);
    try {
      await dropFile(tiers, key);
    } finally {
      release();
    }
  }
}

/** Whether the model would load without the network: every session in one format at least. */
function isComplete(record: ModelRecord, manifests: readonly Manifest[]): boolean {
  const stored = new Set(manifests.filter(({ complete }) => complete).map(({ key }) => key));
  const isStored = (path: string) => stored.has(fileSpec(tableOf(record), path)?.key ?? '');
  return Object.values(record.descriptor.sessions).every((formats) =>
    Object.values(formats).some(({ path, data = [] }) => [path, ...data].every(isStored)),
  );
}

async function readManifests({ persistent }: Tiers): Promise<Manifest[]> {
  const entries = await persistent.entries('file/').catch(() => []);
  return entries.map(([, value]) => value).filter(isManifest);
}

/** Keys of all files of which anything is stored: also chunks that lost their manifest. */
async function storedKeys({ persistent }: Tiers): Promise<Set<string>> {
  const manifests = (await persistent.keys('file/')).map((key) => key.slice('file/'.length));
  const chunks = (await persistent.keys('chunk/')).map((key) =>
    key.slice('chunk/'.length, key.lastIndexOf('/')),
  );
  return new Set([...manifests, ...chunks]);
}
