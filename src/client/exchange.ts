/** Export, import, recall evaluation and 2-D projection of an index, as calls to the worker. */
import { invalid } from '../shared/errors.ts';

import type { MapPoint } from '../shared/index-types.ts';
import { noModel } from '../shared/no-model.ts';
import { unpackError } from '../shared/transfer.ts';
import type { AddContext } from './adding.ts';
import { listener } from './callbacks.ts';
import { checkCommonOptions, checkOptionsObject } from './common-options.ts';
import { checkWholeNumber } from './index-input.ts';
import type { VectorIndex } from './index-types.ts';
import type { Operations } from './operations.ts';
import { isBlob } from './sources.ts';

const SAMPLE = 32;
const TOP_K = 10;
const SEED = 1;

export function exchange(
  operations: Operations,
  { ref, begin, call, send, info, prepare }: AddContext,
): Pick<VectorIndex, 'export' | 'import' | 'evaluateRecall' | 'project2d'> {
  const exportAs: VectorIndex['export'] = async (options = {}) => {
    await checkCommonOptions(options);
    const { format = 'parquet', signal } = options;
    if (!['parquet', 'jsonl', 'npy', 'sql'].includes(format)) {
      throw invalid(`options.format: must be 'parquet', 'jsonl', 'npy' or 'sql', not ${String(format)}.`);
    }
    const files = await call([], { signal }, (host, request) => host.indexExport(request, ref, format));
    return files as File[];
  };

  const importFrom: VectorIndex['import'] = async (files, options = {}) => {
    checkOptionsObject(options);
    const { reembed = false, signal, onProgress } = options;
    const all: Blob[] = isBlob(files) ? [files] : Array.from(files ?? []);
    if (!all.every(isBlob)) throw invalid('files: pass files or blobs.');
    if (reembed && info() === null) throw noModel(ref.name, 'Re-embedding');
    const { incarnation } = await begin();
    await checkCommonOptions(options);
    const report = await call([], { signal }, (host, request, callEnded) =>
      host.indexImport(request, ref, incarnation, all, reembed, listener(onProgress, callEnded)),
    );
    if (incarnation === null) await begin(); // the file has made it
    const failed = report.failed.map(({ reason, ...which }) => ({
      ...which,
      reason: unpackError(reason) as Error,
    }));
    return { ...report, failed };
  };

  const evaluateRecall: VectorIndex['evaluateRecall'] = async (options = {}) => {
    await checkCommonOptions(options);
    const { sample = SAMPLE, queries, topK = TOP_K, seed = SEED, signal, onProgress } = options;
    checkWholeNumber(sample, 1, 'options.sample');
    checkWholeNumber(topK, 1, 'options.topK');
    const model = info();
    if (queries !== undefined && model === null) throw noModel(ref.name, 'Searching by meaning');
    const prepared = await Promise.all(
      (queries ?? []).map((text, i) => prepare({ text }, `options.queries[${i}]`)),
    );
    // A reasoner function needs the inputs on the page, and the page does not have the sampled items.
    const canThink = model?.system !== 'external' || queries !== undefined;
    const think = canThink
      ? (['answer', 'full'] as const).find((mode) => model?.thinkModes.includes(mode))
      : null;
    const wires = queries === undefined ? null : prepared.map(({ wire }) => wire);
    const wire = { sample, topK, seed, queries: wires, think: think ?? null };
    return call(prepared, { signal }, (host, request, callEnded) =>
      host.indexEvaluateRecall(request, ref, send(wire, prepared), listener(onProgress, callEnded)),
    );
  };

  const project2d: VectorIndex['project2d'] = async (options = {}) => {
    await checkCommonOptions(options);
    const { earlier = [], seed = SEED, signal, onProgress } = options;
    if (!Array.isArray(earlier) || !earlier.every(isPoint)) {
      throw invalid('options.earlier: must be an earlier map: an array of { id, x, y }.');
    }
    const places = earlier.map(({ id, x, y }) => ({ id, x, y })); // also of a framework's proxies
    return call([], { signal }, (host, request, callEnded) =>
      host.indexProject2d(request, ref, { seed, earlier: places }, listener(onProgress, callEnded)),
    );
  };

  return {
    export: (options) => operations.run(() => exportAs(options)),
    import: (files, options) => operations.run(() => importFrom(files, options)),
    evaluateRecall: (options) => operations.run(() => evaluateRecall(options)),
    project2d: (options) => operations.run(() => project2d(options)),
  };
}

function isPoint(value: unknown): value is MapPoint {
  const { id, x, y } = (value ?? {}) as Partial<MapPoint>;
  return typeof id === 'string' && Number.isFinite(x) && Number.isFinite(y);
}
