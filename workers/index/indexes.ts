/** All indexes of this browser: those open in this worker, and what the store has. */
import { INDEX_CHANNEL, type IndexChangeMessage, type IndexRef } from '../../src/shared/index-protocol.ts';
import type { StorageReport } from '../../src/shared/types.ts';
import type { Engine } from '../pipeline/engine.ts';
import type { Platform } from '../platform/types.ts';
import type { Store } from '../storage/database.ts';
import { type Collection, mismatch, openCollection } from './collection.ts';
import { createFullTextSync, type FullTextSync } from './full-text-sync.ts';
import { dropIndex, readManifest, storedIndexes } from './segments.ts';

export interface OpenIndex {
  collection: Collection;
  fullTextSync: FullTextSync;
}

export interface Indexes {
  /** @throws TteError space-mismatch | integrity */
  open(ref: IndexRef, engine: Engine): Promise<OpenIndex>;
  close(name: string): void;
  report(): Promise<StorageReport['indexes']>;
  /** Deletes one; waits for whoever is just writing. */
  delete(name: string): Promise<void>;
  deleteAll(): Promise<void>;
  /** Hears of no more changes. */
  end(): void;
}

export function createIndexes(store: Store, { acquire, openChannel }: Platform): Indexes {
  const open = new Map<string, Promise<OpenIndex>>();
  const channel = openChannel(INDEX_CHANNEL);
  channel.onmessage = async ({ data: { name, generation } }: MessageEvent<IndexChangeMessage>) => {
    const known = await open.get(name)?.catch(() => undefined);
    known?.collection.markStale(generation);
  };

  async function start({ name, dimensions, think }: IndexRef, engine: Engine): Promise<OpenIndex> {
    const made = (await readManifest(store, name))?.space;
    const wanted = dimensions ?? made?.dimensions;
    const options = {
      think: think ?? made?.think ?? 'never',
      ...(wanted !== undefined && { dimensions: wanted }),
    };
    const space = await engine.manifest(options, made?.space);
    const announce = (change: { generation: number; count: number }) =>
      channel.postMessage({ name, ...change } satisfies IndexChangeMessage);
    const collection = await openCollection({ store, name, space, acquire, announce });
    return { collection, fullTextSync: createFullTextSync(collection) };
  }

  async function deleteIndex(name: string): Promise<void> {
    const release = await acquire(`think-then-embed:index:${name}`, 'exclusive', null);
    try {
      await dropIndex(store, name);
      open.delete(name);
      channel.postMessage({ name, generation: -1, count: 0 } satisfies IndexChangeMessage);
    } finally {
      release();
    }
  }

  return {
    async open(ref, engine) {
      const known = open.get(ref.name) ?? start(ref, engine);
      open.set(ref.name, known);
      known.catch(() => open.delete(ref.name));
      const opened = await known;
      const { think, dimensions, space } = opened.collection.manifest.space;
      const options = { think: ref.think ?? think, dimensions: ref.dimensions ?? dimensions };
      const asked = await engine.manifest(options, space);
      if (asked.space !== space) throw mismatch(ref.name, space, asked.space);
      return opened;
    },
    close: (name) => void open.delete(name),
    end: () => channel.close(),
    async report() {
      const stored = await storedIndexes(store).catch(() => []);
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
