/** All indexes of this browser: those open in this worker, and those in the store. */
import { INDEX_CHANNEL, type IndexChangeMessage } from '../../src/shared/index-protocol.ts';
import type { StorageReport } from '../../src/shared/types.ts';
import type { Platform } from '../platform/types.ts';
import type { Store } from '../storage/database.ts';
import { Collection } from './collection.ts';
import { storedIndexes } from './segments.ts';
import { createWordsSync, type WordsSync } from './words/words-sync.ts';

export interface OpenIndex {
  collection: Collection;
  wordsSync: WordsSync;
}

export interface Indexes {
  /** Reads nothing yet. */
  open(name: string): OpenIndex;
  /** Releases its memory. */
  close(name: string): void;
  report(): Promise<StorageReport['indexes']>;
  /** Deletes an index, after writes in progress have finished. */
  delete(name: string): Promise<void>;
  deleteAll(): Promise<void>;
  /** Closes the channel on which changes are announced. */
  end(): void;
}

export function createIndexes(
  store: Store,
  { acquire, openChannel }: Pick<Platform, 'acquire' | 'openChannel'>,
): Indexes {
  const openIndexes = new Map<string, OpenIndex>();
  const channel = openChannel(INDEX_CHANNEL); // for listeners to changes: no worker relies on it

  function collectionOf(name: string): Collection {
    const announce = (count: number) => channel.postMessage({ name, count } satisfies IndexChangeMessage);
    return new Collection({ store, name, acquire, announce });
  }

  async function deleteIndex(name: string): Promise<void> {
    await (openIndexes.get(name)?.collection ?? collectionOf(name)).drop();
  }

  return {
    open(name) {
      const known = openIndexes.get(name);
      if (known !== undefined) return known;
      const collection = collectionOf(name);
      const opened = { collection, wordsSync: createWordsSync(store, collection) };
      openIndexes.set(name, opened);
      return opened;
    },
    close: (name) => void openIndexes.delete(name),
    end: () => channel.close(),
    async report() {
      const stored = await storedIndexes(store);
      return stored.map(([name, { count, space, segments }]) => ({
        name,
        space: space.space,
        count,
        bytes: segments.reduce((sum, segment) => sum + segment.bytes, 0),
      }));
    },
    delete: deleteIndex,
    async deleteAll() {
      for (const [name] of await storedIndexes(store)) await deleteIndex(name);
    },
  };
}
