/** All indexes of this browser: those open in this worker, and what the store has. */
import { INDEX_CHANNEL, type IndexNews, type IndexRef } from '../../src/shared/index-protocol.ts';
import type { StorageReport } from '../../src/shared/types.ts';
import type { Engine } from '../pipeline/engine.ts';
import type { Store } from '../storage/database.ts';
import type { Acquire } from '../storage/locks.ts';
import { type Collection, mismatch, openCollection } from './collection.ts';
import { dropIndex, readManifest, storedIndexes } from './segments.ts';
import { createWords, type Words } from './words.ts';

export interface OpenIndex {
  collection: Collection;
  words: Words;
}

export interface Indexes {
  /** @throws TteError space-mismatch | integrity */
  open(ref: IndexRef, engine: Engine): Promise<OpenIndex>;
  close(name: string): void;
  report(): Promise<StorageReport['indexes']>;
  /** Deletes one, or all with null; waits for whoever is just writing. */
  clear(name: string | null): Promise<void>;
}

export function createIndexes(store: Store, acquire: Acquire): Indexes {
  const open = new Map<string, Promise<OpenIndex>>();
  const channel = new BroadcastChannel(INDEX_CHANNEL);
  channel.onmessage = async ({ data: { name, generation } }: MessageEvent<IndexNews>) => {
    const known = await open.get(name)?.catch(() => undefined);
    known?.collection.outdated(generation);
  };

  async function start({ name, dimensions, think }: IndexRef, engine: Engine): Promise<OpenIndex> {
    const made = (await readManifest(store, name))?.space;
    const wanted = dimensions ?? made?.dimensions;
    const space = await engine.manifest({
      think: think ?? made?.think ?? 'never',
      ...(wanted !== undefined && { dimensions: wanted }),
    });
    const announce = (change: { generation: number; count: number }) =>
      channel.postMessage({ name, ...change } satisfies IndexNews);
    const collection = await openCollection({ store, name, space, acquire, announce });
    return { collection, words: createWords(collection) };
  }

  return {
    async open(ref, engine) {
      const known = open.get(ref.name) ?? start(ref, engine);
      open.set(ref.name, known);
      known.catch(() => open.delete(ref.name));
      const opened = await known;
      const { think, dimensions, space } = opened.collection.manifest.space;
      const asked = await engine.manifest({
        think: ref.think ?? think,
        dimensions: ref.dimensions ?? dimensions,
      });
      if (asked.space !== space) throw mismatch(ref.name, space, asked.space);
      return opened;
    },
    close: (name) => void open.delete(name),
    async report() {
      const stored = await storedIndexes(store).catch(() => []);
      return stored.map(([name, { count, space, segments }]) => ({
        name,
        space: space.space,
        count,
        bytes: segments.reduce((sum, segment) => sum + segment.bytes, 0),
      }));
    },
    async clear(name) {
      const names = name === null ? (await storedIndexes(store)).map(([stored]) => stored) : [name];
      for (const one of names) {
        const release = await acquire(`think-then-embed:index:${one}`, 'exclusive', null);
        try {
          await dropIndex(store, one);
          open.delete(one);
          channel.postMessage({ name: one, generation: -1, count: 0 } satisfies IndexNews);
        } finally {
          release();
        }
      }
    },
  };
}
