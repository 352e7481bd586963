/** The part of the host's API that brings an index out and in, reports on it and draws it. */
import type { ExchangeApi } from '../../src/shared/exchange-protocol.ts';
import type { IndexRecord } from '../../src/shared/index-types.ts';
import { release } from '../../src/shared/transfer.ts';
import { publicItem } from './catalog.ts';
import type { Collection } from './collection.ts';
import type { IndexHostContext } from './host.ts';
import { idsByRow } from './live-rows.ts';
import { LAYOUT_SAMPLE, project2d } from './projection/project.ts';
import { evaluateRecall } from './recall.ts';

/** Items read together. */
const BATCH = 500;

export function createExchangeHost({
  indexes,
  requests,
  searchPriority,
  engine,
}: Omit<IndexHostContext, 'picture' | 'openInput'>): ExchangeApi {
  return {
    indexExport: (request, ref, format) =>
      requests.run(request, async (signal) => {
        const { collection } = await indexes.open(ref, engine());
        const { exportFiles } = await import('./exchange/export.ts');
        return collection.read(async () => {
          const rows = [...(await idsByRow(collection)).keys()];
          const { space } = collection.manifest;
          const records = () => recordsOf(collection, rows);
          return exportFiles(
            format,
            { name: ref.name, manifest: space, count: rows.length, records },
            signal,
          );
        });
      }),

    indexImport: (request, ref, files, reembed, onProgress) =>
      requests
        .run(request, async (signal) => {
          const { collection } = await indexes.open(ref, engine());
          const { importFiles } = await import('./importing.ts');
          const { think, dimensions } = collection.manifest.space;
          return importFiles(files as Blob[], {
            collection,
            engine: engine(),
            options: { think, role: 'document', dimensions },
            thumbnails: 0,
            request,
            signal,
            searchPriority,
            reembed,
            onProgress: (progress) => onProgress?.(progress),
          });
        })
        .finally(() => release(onProgress)),

    indexEvaluateRecall: (request, ref, options, onProgress) =>
      requests
        .run(request, async (signal) => {
          const { collection } = await indexes.open(ref, engine());
          const call = { request, signal, onTrace: () => {} };
          const parts = {
            collection,
            engine: engine(),
            call,
            onProgress: (done: number) => onProgress?.(done),
          };
          return collection.read(() => evaluateRecall(options, parts));
        })
        .finally(() => release(onProgress)),

    indexProject2d: (request, ref, { seed, earlier }, onProgress) =>
      requests
        .run(request, async (signal) => {
          const { collection } = await indexes.open(ref, engine());
          const [ids, vectors] = await collection.read(
            async () => [await idsByRow(collection), await collection.table.vectors()] as const,
          );
          const known = new Map(earlier.map(({ id, x, y }) => [id, [x, y] as const]));
          const places = [...ids].flatMap(([row, id]) => {
            const place = known.get(id);
            return place ? [[row, place] as const] : [];
          });
          const points = await project2d(vectors, [...ids.keys()], {
            seed,
            earlier: new Map(places),
            sample: LAYOUT_SAMPLE,
            signal,
            onProgress: (done) => onProgress?.(done),
          });
          return [...ids.values()].map((id, i) => ({
            id,
            x: points[2 * i] as number,
            y: points[2 * i + 1] as number,
          }));
        })
        .finally(() => release(onProgress)),
  };
}

async function* recordsOf(
  { table, catalog }: Collection,
  rows: readonly number[],
): AsyncGenerator<IndexRecord[]> {
  const vectors = await table.vectors();
  for (let i = 0; i < rows.length; i += BATCH) {
    const some = rows.slice(i, i + BATCH);
    const items = await catalog.items(some);
    yield items.map((item, j) => ({ ...publicItem(item), vector: vectors.vector(some[j] as number) }));
  }
}
