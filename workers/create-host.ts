/** The host: one loaded pair of models, and the indexes, behind the API that the client calls. */
import { transfer } from 'comlink';
import { TteError, withField } from '../src/shared/errors.ts';
import { checkCacheName, checkModelId } from '../src/shared/names.ts';
import type { HostApi, WireInput } from '../src/shared/protocol.ts';
import { packError, release } from '../src/shared/transfer.ts';
import { VERSION } from '../src/shared/version.ts';
import { createExchangeHost } from './index/exchange-host.ts';
import { createIndexHost, type IndexHostContext } from './index/host.ts';
import { createIndexes } from './index/indexes.ts';
import { createSearchPriority } from './index/search-priority.ts';
import { embedOne } from './pipeline/engine.ts';
import { closeInput, type Input, openInput } from './pipeline/input.ts';
import { type Loaded, load, type Storage } from './pipeline/load.ts';
import { createRequests } from './pipeline/requests.ts';
import type { Outcome } from './pipeline/types.ts';
import type { Platform } from './platform/types.ts';
import { createModelFetcher } from './storage/model-fetcher.ts';
import { createStorage } from './storage/storage.ts';
import { withTypedErrors } from './storage/store-errors.ts';
import { timedStep } from './timing.ts';

export function createHost(platform: Platform): HostApi {
  const requests = createRequests();
  const fetcher = createModelFetcher(platform.fetcher);
  const openStore = (name: string) => withTypedErrors(platform.openStore(name));
  const storage: Storage = createStorage({ ...platform, openStore, fetcher });
  const indexStore = openStore('indexes');
  const indexes = createIndexes(indexStore, platform);
  let current: Loaded | null = null;

  function loaded(): Loaded {
    if (!current) throw new TteError('worker-died', 'No model is loaded in this worker.');
    return current;
  }

  const open = (wire: WireInput, signal: AbortSignal): Input => openInput(wire, platform, signal);

  const search: IndexHostContext = {
    indexes,
    requests,
    searchPriority: createSearchPriority(),
    engine: () => current?.engine ?? null,
    openInput: open,
    store: indexStore,
    platform,
  };

  return {
    load: (request, config, onEvent, externalReasoner, externalEmbedder, modelRequests) =>
      requests.run(request, async (signal) => {
        if (modelRequests) fetcher.askPage(modelRequests);
        const external = { externalReasoner, externalEmbedder };
        const context = { platform, fetcher, storage, signal, onEvent, ...external };
        current = await timedStep('load', () => load(config, context));
        return current.info;
      }),

    embed: (request, input, options, onTrace) =>
      requests
        .run(request, async (signal) => {
          const call = { request, signal, onTrace: (delta: string) => onTrace?.(delta) };
          const embedding = await embedOne(loaded().engine, open(input, signal), options, call);
          return transfer(embedding, [embedding.vector.buffer]);
        })
        .finally(() => release(onTrace)),

    embedMany: (request, inputs, options, onProgress, onError) =>
      requests
        .run(request, async (signal, abort) => {
          const outcomes: Outcome[] = [];
          let done = 0;
          const call = { request, signal, onTrace: () => {} };
          const opened = inputs.map((input) => open(input, signal));
          await loaded().engine.embedMany(opened, options, call, (index, outcome) => {
            closeInput(opened[index] as Input);
            outcomes[index] = outcome;
            onProgress?.(++done, inputs.length);
            if (onError === 'throw' && 'error' in outcome) abort(withField(outcome.error, `items[${index}]`));
          });
          const settled = outcomes.map((outcome) =>
            'value' in outcome
              ? { status: 'fulfilled' as const, value: outcome.value }
              : { status: 'rejected' as const, reason: packError(outcome.error) },
          );
          const vectors = settled.flatMap((result) =>
            result.status === 'fulfilled' ? [result.value.vector.buffer] : [],
          );
          return transfer(settled, vectors);
        })
        .finally(() => release(onProgress)),

    think: (request, input, options, onTrace) =>
      requests
        .run(request, (signal) => {
          const call = { request, signal, onTrace: (delta: string) => onTrace?.(delta) };
          return loaded().engine.think(open(input, signal), options, call);
        })
        .finally(() => release(onTrace)),

    cancel: (request) => requests.cancel(request),
    flush: () => storage.flush(),
    async close() {
      requests.cancelAll();
      indexes.end();
      await storage.close();
      await current?.dispose();
    },
    ...createIndexHost(search),
    ...createExchangeHost(search),
    storage: async () => ({ ...(await storage.report()), indexes: await indexes.report().catch(() => []) }),
    deleteModel: async (id) => storage.deleteModel(checkModelId(id)),
    clearCache: async (cache) => storage.clearCache(checkCacheName(cache)),
    async clearAll() {
      await storage.clearAll();
      await indexes.deleteAll();
    },
    version: VERSION,
    ping: () => true,
    holdLivenessLock: platform.holdLivenessLock,
  };
}
