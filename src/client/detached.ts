/** Indexes opened without a model, so that stored data stays accessible even if no model can be loaded. */
import { createOnDemandWorker, type OnDemandWorker } from '../bridge/on-demand-worker.ts';
import { checkIndexName } from '../shared/names.ts';
import type { StorageReport } from '../shared/types.ts';
import type { DetachedIndexOptions, VectorIndex } from './index-types.ts';
import { workerUrlOf } from './options.ts';
import type { ClientPlatform, ResolveUrl } from './platform.ts';
import type { PackageFiles } from './types.ts';
import { openVectorIndex } from './vector-index.ts';
import { handOver, prepare, prepareContent } from './wire.ts';
import type { IndexContext } from './worker-call.ts';

export interface DetachedIndexes {
  openIndex(name: string, options?: DetachedIndexOptions): Promise<VectorIndex>;
  listIndexes(): Promise<StorageReport['indexes']>;
  deleteIndex(name: string): Promise<void>;
}

/** All detached indexes share one worker. */
export function createDetachedIndexes(
  { connect, resolveUrl }: ClientPlatform,
  files: PackageFiles = {},
): DetachedIndexes {
  const workerUrl = workerUrlOf(files, resolveUrl);
  const worker = createOnDemandWorker((onEnd) => connect(onEnd, workerUrl), 'The last index was closed.');
  const openCounts = new Map<string, number>();

  async function briefly<T>(run: (worker: OnDemandWorker) => Promise<T>): Promise<T> {
    const release = worker.retain();
    try {
      return await run(worker);
    } finally {
      await release();
    }
  }

  return {
    async openIndex(name, options = {}) {
      const release = worker.retain();
      try {
        return await openVectorIndex(name, options, contextOf(worker, resolveUrl, openCounts, release));
      } catch (error) {
        await release();
        throw error;
      }
    },
    listIndexes: () => briefly(({ call }) => call((host) => host.listIndexes())),
    async deleteIndex(name) {
      checkIndexName(name);
      return briefly(({ call }) => call((host) => host.deleteIndex(name)));
    },
  };
}

function contextOf(
  worker: OnDemandWorker,
  resolveUrl: ResolveUrl,
  openCounts: Map<string, number>,
  onClose: () => Promise<void>,
): IndexContext {
  return {
    async call(_items, { signal, onTrace }, run) {
      const callEnded = new AbortController();
      try {
        return await worker.call((host, request) => run(host, request, callEnded.signal, onTrace), signal);
      } finally {
        callEnded.abort(signal?.reason);
      }
    },
    send: handOver,
    info: () => null,
    prepare: (input, field) => prepare(input, field, null, resolveUrl),
    prepareContent: (input, field) => prepareContent(input, field, resolveUrl),
    resolveUrl,
    openCounts,
    onClose,
  };
}
