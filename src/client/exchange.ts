/** Export, import, recall evaluation and 2-D projection of an index, as calls to the worker. */
import { invalid } from '../shared/errors.ts';
import type { IndexRef } from '../shared/index-protocol.ts';
import { unpackError } from '../shared/transfer.ts';
import { listener } from './callbacks.ts';
import type { VectorIndex } from './index-types.ts';
import type { IndexContext } from './worker-call.ts';

const SAMPLE = 32;
const TOP_K = 10;
const SEED = 1;

export function exchange(
  ref: IndexRef,
  { call, send, info, prepare }: IndexContext,
): Pick<VectorIndex, 'export' | 'import' | 'evaluateRecall' | 'project2d'> {
  return {
    async export({ format = 'parquet', signal } = {}) {
      if (!['parquet', 'jsonl', 'npy', 'sql'].includes(format)) {
        throw invalid(`options.format: must be 'parquet', 'jsonl', 'npy' or 'sql', not ${String(format)}.`);
      }
      const files = await call([], { signal }, (host, request) => host.indexExport(request, ref, format));
      return files as File[];
    },
    async import(files, { reembed = false, signal, onProgress } = {}) {
      const all = files instanceof Blob ? [files] : [...files];
      if (!all.every((file) => file instanceof Blob)) throw invalid('files: pass files or blobs.');
      const report = await call([], { signal }, (host, request, callEnded) =>
        host.indexImport(request, ref, all, reembed, listener(onProgress, callEnded)),
      );
      const failed = report.failed.map(({ reason, ...which }) => ({
        ...which,
        reason: unpackError(reason) as Error,
      }));
      return { ...report, failed };
    },
    async evaluateRecall({ sample = SAMPLE, queries, topK = TOP_K, seed = SEED, signal, onProgress } = {}) {
      wholeNumber(sample, 'sample');
      wholeNumber(topK, 'topK');
      const prepared = await Promise.all(
        (queries ?? []).map((text, i) => prepare({ text }, `options.queries[${i}]`)),
      );
      // A reasoner function needs the inputs on the page, and the page does not have the sampled items.
      const canThink = info().system !== 'external' || queries !== undefined;
      const think = canThink
        ? (['answer', 'full'] as const).find((mode) => info().thinkModes.includes(mode))
        : null;
      const wires = queries === undefined ? null : prepared.map(({ wire }) => wire);
      const wire = { sample, topK, seed, queries: wires, think: think ?? null };
      return call(prepared, { signal }, (host, request, callEnded) =>
        host.indexEvaluateRecall(request, ref, send(wire, prepared), listener(onProgress, callEnded)),
      );
    },
    project2d: ({ earlier = [], seed = SEED, signal, onProgress } = {}) =>
      call([], { signal }, (host, request, callEnded) =>
        host.indexProject2d(request, ref, { seed, earlier }, listener(onProgress, callEnded)),
      ),
  };
}

function wholeNumber(value: number, field: string): void {
  if (!(Number.isInteger(value) && value > 0)) throw invalid(`options.${field}: must be a positive integer.`);
}
