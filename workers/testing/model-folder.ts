/** For tests: a model folder of a fake network, as a worker of one tab finds it. */
import { openFolder } from '../models/open.ts';
import { memoryStore, type Store } from '../storage/database.ts';
import type { Fetcher } from '../storage/fetcher.ts';
import type { Acquire } from '../storage/locks.ts';
import { createProgressMeter } from '../storage/progress.ts';
import { createStorage, type StoragePlatform } from '../storage/storage.ts';
import type { fakeNetwork } from './fake-network.ts';

interface Tab {
  network: ReturnType<typeof fakeNetwork>;
  /** Of the page's own origin. */
  isOwn: boolean;
  /** Shared by all tabs. @default of this tab alone */
  store?: Store;
  acquire?: Acquire;
}

/** @param base URL of the folder */
export function folderOf(base: string, { network, isOwn, store = memoryStore(), acquire }: Tab) {
  const fetcher = { fetch: network.fetch as Fetcher['fetch'], isOwn: () => isOwn, isLocal: () => false };
  const storage = createStorage({
    openStore: () => store,
    acquire: acquire ?? (async () => () => {}),
    fetcher,
    storageEstimate: async () => ({ usage: null, quota: null, persisted: false }),
  } as unknown as StoragePlatform);
  const open = () =>
    openFolder(base, {
      storage,
      fetcher,
      signal: new AbortController().signal,
      meter: createProgressMeter(() => {}),
      onWarning: () => {},
      modelsUrl: base,
      hubUrl: base,
    });
  return { storage, open };
}
