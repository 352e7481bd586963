/** Implements `VectorIndex` by calls to the worker. */
import type { Host } from '../bridge/connection.ts';
import { invalid, isTteError, TteError } from '../shared/errors.ts';
import {
  INDEX_CHANNEL,
  type IndexChangeMessage,
  type IndexRef,
  type OpenedIndex,
} from '../shared/index-protocol.ts';
import { checkIndexName } from '../shared/names.ts';
import { addInBatches } from './adding.ts';
import { listener } from './callbacks.ts';
import { absoluteUrl } from './capture.ts';
import { checkCommonOptions } from './common-options.ts';
import { asyncDisposable } from './disposable.ts';
import { exchange } from './exchange.ts';
import { follow } from './follow.ts';
import { checkId, checkIds, checkWholeNumber } from './index-input.ts';
import type { DetachedIndexOptions, IndexItem, OpenIndexOptions, VectorIndex } from './index-types.ts';
import { trackOperations } from './operations.ts';
import { plainFilter, plainMetadata } from './plain.ts';
import { search } from './search.ts';
import { checkEmbedOptions } from './validate.ts';
import type { IndexContext } from './worker-call.ts';

const THUMBNAIL = 160;
const PAGE = 100;

/**
 * @param options checked by `checkCommonOptions`
 * @throws TteError invalid-input | unsupported | space-mismatch | integrity | aborted
 */
export async function openVectorIndex(
  name: string,
  options: OpenIndexOptions & DetachedIndexOptions,
  context: IndexContext,
): Promise<VectorIndex> {
  const ref = refOf(name, options, context);
  /** For calls that are safe to repeat. */
  const ask = <T>(run: (host: Host) => Promise<T>) => context.call([], { repeatable: true }, run);
  const { from } = options;
  const url = from === undefined ? null : absoluteUrl(from, 'options.from', context.resolveUrl);
  const following = url === null ? null : await follow(ref, url, options, context);
  let manifest = (await open(ref, options, context)).manifest;
  const operations = trackOperations(name);
  const counts = context.openCounts;
  counts.set(name, (counts.get(name) ?? 0) + 1);

  /** Starts an operation of several calls, which are bound to the index as it exists now. */
  async function begin(): Promise<OpenedIndex> {
    const opened = await ask((host) => host.indexOpen(ref));
    manifest = opened.manifest;
    return opened;
  }

  async function close(): Promise<void> {
    following?.stop();
    await operations.end();
    const left = (counts.get(name) ?? 1) - 1;
    counts.set(name, left);
    if (left === 0) await ask((host) => host.indexClose(name)).catch(() => {}); // gone with its worker
    await context.onClose();
  }
  let closing: Promise<void> | undefined;
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };

  const adding = { ...context, ref, begin };
  const index: Omit<VectorIndex, keyof AsyncDisposable> = {
    name,
    get manifest() {
      return manifest;
    },
    info: () => operations.run(() => ask((host) => host.indexInfo(ref))),
    count: (where) =>
      operations.run(async () => {
        const filter = plainFilter(where, 'where');
        return ask((host) => host.indexCount(ref, filter));
      }),
    add: (items, options = {}) =>
      operations.run(async () => {
        const all = (Array.isArray(items) ? items : [items]) as readonly IndexItem[];
        return addInBatches(all, 'add', options, adding);
      }),
    addFiles: (source, options = {}) => operations.run(() => addInBatches(source, 'skip', options, adding)),
    update: (id, metadata) =>
      operations.run(async () => {
        const fields = plainMetadata(metadata, 'metadata');
        checkId(id, 'id');
        return ask((host) => host.indexUpdate(ref, id, fields));
      }),
    delete: (what) =>
      operations.run(async () => {
        const wanted = whatToDelete(what);
        return context.call([], {}, (host) => host.indexDelete(ref, wanted));
      }),
    get: (id) =>
      operations.run(async () => {
        const [one] = checkIds([id], 'id') as [string];
        return ask((host) => host.indexGet(ref, one));
      }),
    vector: (id) =>
      operations.run(async () => {
        const [one] = checkIds([id], 'id') as [string];
        return ask((host) => host.indexVector(ref, one));
      }),
    list: (options = {}) =>
      operations.run(async () => {
        await checkCommonOptions(options);
        const { where, offset = 0, limit = PAGE } = options;
        checkWholeNumber(offset, 0, 'options.offset');
        if (limit !== Number.POSITIVE_INFINITY) checkWholeNumber(limit, 0, 'options.limit');
        const filter = plainFilter(where, 'options.where');
        return ask((host) => host.indexList(ref, { ...(filter && { where: filter }), offset, limit }));
      }),
    thumbnails: (ids) =>
      operations.run(async () => {
        const wanted = checkIds(ids, 'ids');
        const found = await ask((host) => host.indexThumbnails(ref, wanted));
        return found.map((one) => one && new Blob([one.bytes], { type: one.type }));
      }),
    search: (query, options = {}) =>
      search(ref, query, options, {
        ...context,
        call: (...args) => operations.run(() => context.call(...args)),
      }),
    ...exchange(operations, adding),
    whenUpdated: () => following?.updated ?? Promise.resolve(),
    onChange(listen) {
      const channel = new BroadcastChannel(INDEX_CHANNEL);
      channel.onmessage = ({ data }: MessageEvent<IndexChangeMessage>) => {
        if (data.name === name) listen({ count: data.count });
      };
      return () => channel.close();
    },
    compact: () => operations.run(() => ask((host) => host.indexCompact(ref))),
    close: closeOnce,
  };
  return asyncDisposable(index, closeOnce);
}

/** @throws TteError invalid-input | unsupported */
function refOf(
  name: string,
  options: OpenIndexOptions & DetachedIndexOptions,
  { info }: IndexContext,
): IndexRef {
  const model = info();
  checkIndexName(name);
  checkEmbedOptions(options, model);
  const { dimensions = null, think = null, thumbnails = THUMBNAIL, space = null, onSpaceMismatch } = options;
  if (think !== null && model && !model.thinkModes.includes(think)) {
    const able = model.thinkModes.join(', ');
    throw new TteError('unsupported', `options.think: ${model.embedder.id} can do ${able}, not ${think}.`);
  }
  if (dimensions !== null) checkWholeNumber(dimensions, 1, 'options.dimensions');
  checkWholeNumber(thumbnails, 0, 'options.thumbnails');
  if (space !== null && (model !== null || typeof space !== 'string' || space === '')) {
    throw invalid(
      'options.space: pass a non-empty name for the space of your own vectors, and none where a model is attached.',
    );
  }
  if (onSpaceMismatch !== undefined && !['throw', 'reembed'].includes(onSpaceMismatch)) {
    throw invalid(`options.onSpaceMismatch: must be 'throw' or 'reembed', not ${String(onSpaceMismatch)}.`);
  }
  return { name, space, dimensions, think, thumbnails };
}

async function open(
  ref: IndexRef,
  { onSpaceMismatch, signal, onProgress }: OpenIndexOptions,
  { call }: IndexContext,
): Promise<OpenedIndex> {
  const tryOpen = () => call([], { signal }, (host) => host.indexOpen(ref));
  try {
    return await tryOpen();
  } catch (error) {
    if (onSpaceMismatch !== 'reembed' || !isTteError(error, 'space-mismatch')) throw error;
  }
  await call([], { signal }, (host, request, callEnded) =>
    host.indexReembed(request, ref, listener(onProgress, callEnded)),
  );
  return tryOpen();
}

function whatToDelete(what: Parameters<VectorIndex['delete']>[0]) {
  if (typeof what === 'string') return [what];
  if (Array.isArray(what)) return checkIds(what, 'ids');
  const where = plainFilter((what as { where?: never } | null)?.where, 'where');
  // A missing filter must not empty the index.
  if (where === undefined)
    throw invalid('delete: pass an id, ids, or { where }; { where: {} } deletes everything.');
  return { where };
}
