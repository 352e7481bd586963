/** The part of the host's API for search. */
import { transfer } from 'comlink';
import type { IndexApi, IndexRef } from '../../src/shared/index-protocol.ts';
import type { IndexInfo, SearchResult } from '../../src/shared/index-types.ts';
import { checkIndexName } from '../../src/shared/names.ts';
import { noModel } from '../../src/shared/no-model.ts';
import type { WireInput } from '../../src/shared/protocol.ts';
import { release } from '../../src/shared/transfer.ts';
import type { Engine } from '../pipeline/engine.ts';
import type { Input } from '../pipeline/input.ts';
import type { Requests } from '../pipeline/requests.ts';
import type { Platform } from '../platform/types.ts';
import type { Store } from '../storage/database.ts';
import { addItems } from './adding.ts';
import { publicItem } from './catalog.ts';
import type { IndexState } from './index-state.ts';
import type { Indexes, OpenIndex } from './indexes.ts';
import { reembed } from './reembedding.ts';
import type { SearchPriority } from './search-priority.ts';
import { search } from './searching.ts';
import { type IndexManifest, pictureKey, type StoredRow, type Thumbnail } from './segments.ts';
import { demandOf, embeddersSpace, type SpaceDemand } from './spaces.ts';
import { liveRow } from './table.ts';

export interface IndexHostContext {
  indexes: Indexes;
  requests: Requests;
  searchPriority: SearchPriority;
  /** That of the loaded model; null if none is loaded, and then items must have vectors. */
  engine: () => Engine | null;
  openInput: (wire: WireInput, signal: AbortSignal) => Input;
  /** Thumbnails are read from it directly. */
  store: Store;
  platform: Pick<Platform, 'acquire' | 'fetcher'>;
}

export function createIndexHost(context: IndexHostContext): IndexApi {
  const { indexes, requests, searchPriority, engine, openInput, store, platform } = context;
  const open = (ref: IndexRef) => openFor(ref, context);

  /** An operation that reads, on the newest state. */
  function reading<T>(ref: IndexRef, operation: (state: IndexState) => Promise<T>): Promise<T> {
    const { collection, demand } = open(ref);
    return collection.read(demand, operation);
  }

  return {
    async indexOpen(ref) {
      const { collection, demand } = open(ref);
      const manifest = await collection.create(demand);
      return { ...(await infoOf(ref, manifest, engine())), incarnation: manifest?.incarnation ?? null };
    },
    indexInfo: (ref) => reading(ref, ({ manifest }) => infoOf(ref, manifest, engine())),
    indexClose: async (name) => indexes.close(name),
    listIndexes: () => indexes.report(),
    deleteIndex: async (name) => indexes.delete(checkIndexName(name)),

    indexAdd: (request, ref, incarnation, items, onDuplicate, onDone) =>
      requests
        .run(request, async (signal) => {
          const { collection, demand } = open(ref);
          const expected = { demand, incarnation };
          const { space } = await collection.require(expected);
          const toAdd = items.map((item) => ({ ...item, input: openInput(item.input, signal) }));
          return addItems(toAdd, {
            collection,
            expected,
            space,
            engine: engine(),
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
      const { collection, demand } = open(ref);
      let found = false;
      await collection.change(demand, async (state) => {
        const { table, catalog } = state;
        const [row = null] = await rowsOf(state, [id]);
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
          passages: (await table.passages()).packed([row]),
          removed: [row],
        };
      });
      return found;
    },

    async indexDelete(ref, what) {
      const { collection, demand } = open(ref);
      let count = 0;
      await collection.change(demand, async (state) => {
        const removed =
          'where' in what
            ? rowsIn((await state.catalog.allowed(what.where)).mask)
            : [...new Set(await rowsOf(state, what))].filter((row) => row !== null);
        count = removed.length;
        return count > 0 ? { items: [], rows: new ArrayBuffer(0), removed } : null;
      });
      return count;
    },

    indexCount: (ref, where) => reading(ref, async ({ catalog }) => (await catalog.allowed(where)).count),

    indexGet: (ref, id) =>
      reading(ref, async (state) => {
        const [row = null] = await rowsOf(state, [id]);
        return row === null ? null : publicItem((await state.catalog.items([row]))[0] as StoredRow);
      }),

    indexVector: (ref, id) =>
      reading(ref, async (state) => {
        const [row = null] = await rowsOf(state, [id]);
        return row === null ? null : (await state.table.vectors()).vector(row);
      }),

    indexList: (ref, { where, offset, limit }) =>
      reading(ref, async ({ catalog }) => {
        const { mask } = await catalog.allowed(where);
        return (await catalog.items(rowsIn(mask, offset, limit))).map(publicItem);
      }),

    indexThumbnails: (ref, ids) =>
      reading(ref, async (state) => {
        const rows = await rowsOf(state, ids);
        const items = await state.catalog.items(rows.filter((row) => row !== null));
        const keys = items.values();
        const found = await Promise.all(
          rows.map(async (row) => {
            if (row === null) return null;
            const { hasThumbnail, number } = keys.next().value as StoredRow;
            if (!hasThumbnail) return null;
            return ((await store.get(pictureKey(ref.name, number))) as Thumbnail | undefined) ?? null;
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
            const call = { request, signal, onTrace: (delta: string) => onTrace?.(delta) };
            const tell = (result: SearchResult) => {
              onResult(result);
              end();
            };
            const input = query.input && openInput(query.input, signal);
            const parts = { ...open(ref), engine: engine(), call, onResult: tell };
            await search({ ...query, input }, options, parts);
          } finally {
            end();
          }
        })
        .finally(() => release(onResult, onTrace)),

    indexCompact: (ref) => open(ref).collection.compact(true),

    indexFollow: (request, ref, url, onReady, onProgress) =>
      requests
        .run(request, async (signal) => {
          const { follow } = await import('./following.ts');
          await follow(url, {
            collection: open(ref).collection,
            ref,
            store,
            acquire: platform.acquire,
            fetcher: platform.fetcher,
            engine: engine(),
            signal,
            onReady: () => onReady?.(),
            onProgress: (progress) => onProgress?.(progress),
          });
        })
        .finally(() => release(onReady, onProgress)),

    indexReembed: (request, ref, onProgress) =>
      requests
        .run(request, async (signal) => {
          const { name } = ref;
          const model = engine();
          if (model === null) throw noModel(name, 'Embedding again');
          const space = await embeddersSpace(ref, model, null); // as a new index would be
          await open(ref).collection.replaceSegments((state, save) => {
            const parts = { store, name, engine: model, request, signal, searchPriority };
            const tell = (progress: Parameters<NonNullable<typeof onProgress>>[0]) => onProgress?.(progress);
            return reembed(state, save, { ...parts, space, onProgress: tell });
          });
        })
        .finally(() => release(onProgress)),
  };
}

/** An index, and what a call through `ref` demands of it. */
export function openFor(
  ref: IndexRef,
  { indexes, engine }: Pick<IndexHostContext, 'indexes' | 'engine'>,
): OpenIndex & { demand: SpaceDemand } {
  return { ...indexes.open(ref.name), demand: demandOf(ref, engine()) };
}

async function infoOf(
  { name }: IndexRef,
  manifest: IndexManifest | null,
  engine: Engine | null,
): Promise<IndexInfo> {
  const { count = 0, space = null } = manifest ?? {};
  const now = space && (await engine?.manifest({ think: space.think, dimensions: space.dimensions }));
  return { name, count, manifest: space, isEarlierSpace: Boolean(now && now.space !== space?.space) };
}

/** The rows of these ids; null for ids that do not exist. */
async function rowsOf({ table, catalog }: IndexState, ids: readonly string[]): Promise<(number | null)[]> {
  const known = await catalog.byId();
  return ids.map((id) => liveRow(table, known, id) ?? null);
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
