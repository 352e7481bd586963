/** The engines to compare: the package's own index, a plain scan, and two packages. */
import { create, insertMultiple, search } from '@orama/orama';
import { loadHnswlib } from 'hnswlib-wasm';
import { Collection as StoredIndex } from '../../workers/index/collection.ts';
import { packRows } from '../../workers/index/rows.ts';
import { dropIndex } from '../../workers/index/segments.ts';
import { indexedDbStore } from '../../workers/platform/browser/indexed-db.ts';
import { acquireLock } from '../../workers/platform/browser/web-locks.ts';
import { type Collection, row } from './vectors.ts';

export interface Engine {
  name: string;
  /** Row numbers of the nearest vectors, best first. */
  query(vector: Float32Array, k: number): number[] | Promise<number[]>;
  /** Bytes of memory; null if unknown. */
  bytes: number | null;
  /** Milliseconds from opening the stored index to the first answer; null for an engine without persistence. */
  open: number | null;
}

/** The usual approach: one Float32Array, one loop. */
export function plain(collection: Collection): Engine {
  const { vectors, dimensions, count } = collection;
  return {
    name: 'plain JS f32 scan',
    bytes: vectors.byteLength,
    open: null,
    query(vector, k) {
      const best: { i: number; score: number }[] = [];
      let floor = Number.NEGATIVE_INFINITY;
      for (let i = 0, at = 0; i < count; i++, at += dimensions) {
        let score = 0;
        for (let j = 0; j < dimensions; j++) score += vectors[at + j]! * vector[j]!;
        if (score <= floor) continue;
        best.push({ i, score });
        best.sort((a, b) => b.score - a.score);
        if (best.length > k) best.pop();
        if (best.length === k) floor = best[k - 1]!.score;
      }
      return best.map(({ i }) => i);
    },
  };
}

/** Stored in IndexedDB and reopened from there; `open` ends with the first answer. */
export async function ours(collection: Collection): Promise<Engine> {
  const { dimensions, count } = collection;
  const store = indexedDbStore('think-then-embed/indexes');
  const name = `bench-${count}`;
  const space = {
    format: 1 as const,
    space: 'bench',
    dimensions,
    metric: 'cosine' as const,
    normalised: true as const,
    embedder: { id: 'bench', revision: '1', dtype: 'fp32' },
    prompts: null,
    think: 'never' as const,
    reasoner: null,
  };
  const demand = async () => space;
  const start = () => new StoredIndex({ store, name, acquire: acquireLock, announce: () => {} });
  await dropIndex(store, name);
  const writer = start();
  await writer.create(demand);
  for (let from = 0; from < count; from += 8192) {
    const rows = Array.from({ length: Math.min(8192, count - from) }, (_, i) => from + i);
    const items = rows.map((i) => ({
      id: `item ${i}`,
      text: `This is the text of item ${i}, as long as a short sentence.`,
      metadata: { number: i },
      trace: null,
      contentHash: `${i}`,
      addedAt: 0,
      thumbnail: null,
    }));
    await writer.change(demand, async () => ({
      items,
      rows: packRows(
        rows.map((i) => row(collection, i)),
        dimensions,
      ),
      removed: [],
    }));
  }
  const began = performance.now();
  const table = await start().read(demand, async (state) => state.table);
  const vectors = await table.vectors();
  const allowed = { mask: table.live, count };
  const nearest = (vector: Float32Array, topK: number) => vectors.scan(vector, { topK, allowed });
  nearest(row(collection, 0), 1);
  const open = performance.now() - began;
  return {
    name: 'think-then-embed',
    bytes: vectors.bytes,
    open,
    query: (vector, k) => nearest(vector, k).map((hit) => hit.row),
  };
}

export async function orama(collection: Collection): Promise<Engine> {
  const { dimensions, count } = collection;
  const db = create({ schema: { vector: `vector[${dimensions}]` } as const });
  const docs = Array.from({ length: count }, (_, i) => ({
    id: `${i}`,
    vector: Array.from(row(collection, i)),
  }));
  await insertMultiple(db, docs, 1000);
  return {
    name: 'Orama 3.1.18, vector mode',
    bytes: null,
    open: null,
    async query(vector, k) {
      const { hits } = await search(db, {
        mode: 'vector',
        vector: { value: Array.from(vector), property: 'vector' },
        similarity: -1,
        limit: k,
      });
      return hits.map(({ id }) => Number(id));
    },
  };
}

/** With default settings, except for a search wide enough for the recall that is wanted. */
export async function hnswlib(collection: Collection): Promise<Engine> {
  const { dimensions, count } = collection;
  const lib = await loadHnswlib();
  const index = new lib.HierarchicalNSW('ip', dimensions, '');
  index.initIndex(count, 16, 200, 100);
  for (let from = 0; from < count; from += 1000) {
    const rows = Array.from({ length: Math.min(1000, count - from) }, (_, i) => from + i);
    index.addPoints(
      rows.map((i) => row(collection, i)),
      rows,
      false,
    );
  }
  index.setEfSearch(128);
  return {
    name: 'hnswlib-wasm 0.8.2, M 16, efConstruction 200, ef 128',
    bytes: null,
    open: null,
    query: (vector, k) => index.searchKnn(vector, k, undefined).neighbors,
  };
}
