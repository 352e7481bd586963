/** The part of the host's API for export, import, recall evaluation and projection. */
import { TteError } from '../../src/shared/errors.ts';
import type { ExchangeApi } from '../../src/shared/exchange-protocol.ts';
import type { IndexRef } from '../../src/shared/index-protocol.ts';
import type { IndexRecord } from '../../src/shared/index-types.ts';
import { release } from '../../src/shared/transfer.ts';
import { publicItem } from './catalog.ts';
import { type IndexHostContext, openFor } from './host.ts';
import { type Existing, isExisting } from './index-state.ts';
import { idsByRow } from './live-rows.ts';
import { LAYOUT_SAMPLE, project2d } from './projection/project.ts';
import { evaluateRecall } from './recall.ts';

/** Items read together. */
const BATCH = 500;

export function createExchangeHost(
  context: Omit<IndexHostContext, 'store' | 'openInput' | 'platform'>,
): ExchangeApi {
  const { requests, searchPriority, engine } = context;
  const open = (ref: IndexRef) => openFor(ref, context);

  /** @throws TteError invalid-input: there is no index */
  function reading<T>(ref: IndexRef, operation: (state: Existing) => Promise<T>): Promise<T> {
    const { collection, demand } = open(ref);
    return collection.read(demand, async (state) => {
      if (isExisting(state)) return operation(state);
      throw new TteError('invalid-input', `There is nothing yet in the index '${ref.name}'.`);
    });
  }

  return {
    indexExport: (request, ref, format) =>
      requests.run(request, async (signal) => {
        const { exportFiles } = await import('./exchange/export.ts');
        return reading(ref, async (state) => {
          const rows = [...(await idsByRow(state)).keys()];
          const { space } = state.manifest;
          const records = () => recordsOf(state, rows);
          return exportFiles(
            format,
            { name: ref.name, manifest: space, count: rows.length, records },
            signal,
          );
        });
      }),

    indexImport: (request, ref, incarnation, files, reembed, onProgress) =>
      requests
        .run(request, async (signal) => {
          const { importFiles } = await import('./importing.ts');
          const { collection, demand } = open(ref);
          return importFiles(files as Blob[], {
            collection,
            demand,
            incarnation,
            engine: engine(),
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
          const call = { request, signal, onTrace: () => {} };
          const parts = { engine: engine(), call, onProgress: (done: number) => onProgress?.(done) };
          return reading(ref, (state) => evaluateRecall(options, { ...parts, state }));
        })
        .finally(() => release(onProgress)),

    indexProject2d: (request, ref, { seed, earlier }, onProgress) =>
      requests
        .run(request, async (signal) => {
          const [ids, vectors] = await reading(
            ref,
            async (state) => [await idsByRow(state), await state.table.vectors()] as const,
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
  { table, catalog }: Existing,
  rows: readonly number[],
): AsyncGenerator<IndexRecord[]> {
  const vectors = await table.vectors();
  for (let i = 0; i < rows.length; i += BATCH) {
    const some = rows.slice(i, i + BATCH);
    const items = await catalog.items(some);
    yield items.map((item, j) => ({ ...publicItem(item), vector: vectors.vector(some[j] as number) }));
  }
}
