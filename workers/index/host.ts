/** The part of the host's API that is about search. */
import { transfer } from 'comlink';
import type { IndexApi, IndexRef } from '../../src/shared/index-protocol.ts';
import type { SearchResult } from '../../src/shared/index-types.ts';
import type { WireInput } from '../../src/shared/protocol.ts';
import { release } from '../../src/shared/transfer.ts';
import type { Engine } from '../pipeline/engine.ts';
import type { Input } from '../pipeline/input.ts';
import type { Requests } from '../pipeline/requests.ts';
import { addItems } from './adding.ts';
import { publicItem } from './catalog.ts';
import type { Collection } from './collection.ts';
import type { Indexes } from './indexes.ts';
import type { SearchPriority } from './search-priority.ts';
import { search } from './searching.ts';
import { pictureKey, type StoredRow, type Thumbnail } from './segments.ts';
import { liveRow } from './table.ts';

export interface IndexHostContext {
  indexes: Indexes;
  requests: Requests;
  searchPriority: SearchPriority;
  /** Of the model that is loaded. @throws TteError worker-died: none is */
  engine: () => Engine;
  openInput: (wire: WireInput, signal: AbortSignal) => Input;
  /** Thumbnails are read from the store directly. */
  picture: (key: string) => Promise<unknown>;
}

export function createIndexHost({
  indexes,
  requests,
  searchPriority,
  engine,
  openInput,
  picture,
}: IndexHostContext): IndexApi {
  const opened = (ref: IndexRef) => indexes.open(ref, engine());

  /** An operation that reads, on the newest state. */
  async function reading<T>(ref: IndexRef, operation: (collection: Collection) => Promise<T>): Promise<T> {
    const { collection } = await opened(ref);
    return collection.read(() => operation(collection));
  }

  /** Rows of those ids that are there; null for the others. */
  async function rowsOf({ table, catalog }: Collection, ids: readonly string[]): Promise<(number | null)[]> {
    const known = await catalog.byId();
    return ids.map((id) => liveRow(table, known, id) ?? null);
  }

  return {
    indexOpen: async (ref) =>
      reading(ref, async ({ name, manifest: { count, space } }) => {
        const { think, dimensions } = space;
        const isEarlierSpace = (await engine().manifest({ think, dimensions })).space !== space.space;
        return { name, count, manifest: space, isEarlierSpace };
      }),
    indexClose: async ({ name }) => indexes.close(name),

    indexAdd: (request, ref, items, onDuplicate, onDone) =>
      requests
        .run(request, async (signal) => {
          const { collection } = await opened(ref);
          const { think, dimensions } = collection.manifest.space;
          const toAdd = items.map((item) => ({ ...item, input: openInput(item.input, signal) }));
          return addItems(toAdd, {
            collection,
            engine: engine(),
            options: { think, role: 'document', dimensions },
            thumbnails: ref.thumbnails,
            onDuplicate,
            request,
            signal,
            searchPriority,
            onDone: (index, outcome) => onDone?.(index, outcome),
          });
        })
        .finally(() => release(onDone)),

    async indexUpdate(ref, id, metadata) {
      const { collection } = await opened(ref);
      let found = false;
      await collection.change(async () => {
        const { table, catalog } = collection;
        const [row = null] = await rowsOf(collection, [id]);
        found = row !== null;
        if (row === null) return null;
        const [item] = (await catalog.items([row])) as [StoredRow];
        const merged = Object.entries({ ...item.metadata, ...metadata }).filter(
          ([, value]) => value !== null,
        );
        return {
          items: [
            {
              ...publicItem(item),
              metadata: Object.fromEntries(merged),
              number: item.number,
              thumbnail: item.hasThumbnail ? 'kept' : null,
            },
          ],
          rows: (await table.vectors()).packed([row]),
          removed: [row],
        };
      });
      return found;
    },

    async indexDelete(ref, what) {
      const { collection } = await opened(ref);
      let count = 0;
      await collection.change(async () => {
        const removed =
          'where' in what
            ? rowsIn((await collection.catalog.allowed(what.where)).mask)
            : [...new Set(await rowsOf(collection, what))].filter((row) => row !== null);
        count = removed.length;
        return count > 0 ? { items: [], rows: new ArrayBuffer(0), removed } : null;
      });
      return count;
    },

    indexCount: (ref, where) => reading(ref, async ({ catalog }) => (await catalog.allowed(where)).count),

    indexGet: (ref, id) =>
      reading(ref, async (collection) => {
        const [row = null] = await rowsOf(collection, [id]);
        if (row === null) return null;
        return publicItem((await collection.catalog.items([row]))[0] as StoredRow);
      }),

    indexVector: (ref, id) =>
      reading(ref, async (collection) => {
        const [row = null] = await rowsOf(collection, [id]);
        return row === null ? null : (await collection.table.vectors()).vector(row);
      }),

    indexList: (ref, { where, offset, limit }) =>
      reading(ref, async ({ catalog }) => {
        const { mask } = await catalog.allowed(where);
        return (await catalog.items(rowsIn(mask, offset, limit))).map(publicItem);
      }),

    indexThumbnails: (ref, ids) =>
      reading(ref, async (collection) => {
        const rows = await rowsOf(collection, ids);
        const items = await collection.catalog.items(rows.filter((row) => row !== null));
        const keys = items.values();
        const found = await Promise.all(
          rows.map(async (row) => {
            if (row === null) return null;
            const { hasThumbnail, number } = keys.next().value as StoredRow;
            if (!hasThumbnail) return null;
            return ((await picture(pictureKey(ref.name, number))) as Thumbnail | undefined) ?? null;
          }),
        );
        return transfer(
          found,
          found.flatMap((one) => (one ? [one.bytes] : [])),
        );
      }),

    indexSearch: (request, ref, query, options, onResult, onTrace) =>
      requests
        .run(request, async (signal) => {
          const end = searchPriority.begin();
          try {
            const { collection, fullTextSync } = await opened(ref);
            const call = { request, signal, onTrace: (delta: string) => onTrace?.(delta) };
            const tell = (result: SearchResult) => {
              onResult(result);
              end();
            };
            const input = query.input && openInput(query.input, signal);
            await search({ ...query, input }, options, {
              collection,
              fullTextSync,
              engine: engine(),
              call,
              onResult: tell,
            });
          } finally {
            end();
          }
        })
        .finally(() => release(onResult, onTrace)),

    async indexCompact(ref) {
      await (await opened(ref)).collection.compact(true);
    },
  };
}

/** Numbers of the rows that a mask lets through. */
function rowsIn(mask: Uint8Array, offset = 0, limit = Number.POSITIVE_INFINITY): number[] {
  const rows: number[] = [];
  let passed = 0;
  for (let row = 0; row < mask.length && rows.length < limit; row++) {
    if (mask[row] === 1 && passed++ >= offset) rows.push(row);
  }
  return rows;
}
