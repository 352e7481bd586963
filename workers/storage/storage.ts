/** Everything the worker keeps, put together: one for each worker. */
import type { StorageReport } from '../../src/shared/types.ts';
import { indexedDbStore, memoryStore } from './database.ts';
import { createFacts, type Facts } from './facts.ts';
import { acquireLock } from './locks.ts';
import { createLru, type Lru } from './lru.ts';
import { createRecords, type Records } from './records.ts';
import { clearStorage, storageReport, sweep } from './report.ts';
import type { Tiers } from './shelf.ts';
import { bytesOf } from './size.ts';
import { createWeights, type Weights } from './weights.ts';

export interface WorkerStorage<Vector, Trace> {
  weights: Weights;
  records: Records;
  /** Small things worth remembering: self-tests passed, the best thread count. */
  facts: Facts;
  /** Off until `limit()` says how many entries may be kept. */
  vectors: Lru<Vector>;
  traces: Lru<Trace>;
  report(): Promise<Omit<StorageReport, 'indexes'>>;
  clear(what: string | null): Promise<void>;
  /** Deletes files of superseded revisions, in the background of a load. */
  sweep(): Promise<void>;
  /** Writes what the caches have pending: before the worker ends. */
  flush(): Promise<void>;
}

export function createStorage<Vector, Trace>(): WorkerStorage<Vector, Trace> {
  const persistent = indexedDbStore('think-then-embed/weights');
  const tiers: Tiers = { persistent, memory: memoryStore(), spilled: new Set() };
  const cache = <Value>(name: string) =>
    createLru<Value>({ store: indexedDbStore(`think-then-embed/${name}`), bytesOf });
  const kept = {
    tiers,
    records: createRecords(persistent),
    facts: createFacts(persistent),
    acquire: acquireLock,
    vectors: cache<Vector>('vectors'),
    traces: cache<Trace>('traces'),
  };
  const { records, facts, vectors, traces } = kept;
  return {
    weights: createWeights({ tiers, acquire: acquireLock, room }),
    records,
    facts,
    vectors,
    traces,
    report: () => storageReport(kept),
    clear: (what) => clearStorage(kept, what),
    sweep: () => sweep(kept).catch(() => {}),
    flush: async () => {
      await Promise.all([vectors.flush(), traces.flush()]);
    },
  };
}

/** Bytes the browser would still store; null where it does not tell. */
async function room(): Promise<number | null> {
  const { usage, quota } = (await navigator.storage?.estimate().catch(() => null)) ?? {};
  return usage === undefined || quota === undefined ? null : quota - usage;
}
