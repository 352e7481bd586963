/** The page side of `VectorIndex`: validates arguments and calls the worker. */
import type { Host } from '../bridge/connection.ts';
import { invalid, TteError } from '../shared/errors.ts';
import { INDEX_CHANNEL, type IndexChangeMessage, type IndexRef } from '../shared/index-protocol.ts';
import type { IndexInfo, MetadataFilter, SearchResult } from '../shared/index-types.ts';
import { type AddContext, addInBatches } from './adding.ts';
import { listener } from './callbacks.ts';
import { exchange } from './exchange.ts';
import type { OpenIndexOptions, SearchOptions, SearchQuery, VectorIndex } from './index-types.ts';
import { checkOptions } from './validate.ts';
import { wireOptions } from './wire.ts';
import type { IndexContext } from './worker-call.ts';

const THUMBNAIL = 160;
const TOP_K = 10;
const PAGE = 100;

/** @throws TteError invalid-input | space-mismatch | integrity */
export async function openIndex(
  name: string,
  options: OpenIndexOptions,
  parts: IndexContext,
): Promise<VectorIndex> {
  if (typeof name !== 'string' || name === '') throw invalid('name: must be a non-empty string.');
  checkOptions(options, parts.info());
  const { dimensions = null, think = null, thumbnails = THUMBNAIL } = options;
  const ref: IndexRef = { name, dimensions, think, thumbnails };
  const ask = <T>(run: (host: Host) => Promise<T>) => parts.call([], {}, run);
  const { manifest }: IndexInfo = await ask((host) => host.indexOpen(ref));
  const addContext: AddContext = { ...parts, ref };

  return {
    name,
    manifest,
    info: () => ask((host) => host.indexOpen(ref)),
    count: (where) => ask((host) => host.indexCount(ref, where)),
    async add(items, options = {}) {
      const all = Array.isArray(items) ? items : [items];
      return addInBatches(all, 'add', options, addContext);
    },
    addFiles: (source, options = {}) => addInBatches(source, 'skip', options, addContext),
    update: (id, metadata) => ask((host) => host.indexUpdate(ref, id, metadata)),
    delete(what) {
      const wanted =
        typeof what === 'string' ? [what] : (what as readonly string[] | { where: MetadataFilter });
      return ask((host) => host.indexDelete(ref, wanted));
    },
    get: (id) => ask((host) => host.indexGet(ref, id)),
    vector: (id) => ask((host) => host.indexVector(ref, id)),
    list({ where, offset = 0, limit = PAGE } = {}) {
      return ask((host) => host.indexList(ref, { ...(where && { where }), offset, limit }));
    },
    async thumbnails(ids) {
      const found = await ask((host) => host.indexThumbnails(ref, ids));
      return found.map((one) => one && new Blob([one.bytes], { type: one.type }));
    },
    search: (query, options = {}) => search(ref, query, options, parts),
    ...exchange(ref, parts),
    onChange(listen) {
      const channel = new BroadcastChannel(INDEX_CHANNEL);
      channel.onmessage = ({ data }: MessageEvent<IndexChangeMessage>) => {
        if (data.name === name) listen({ count: data.count });
      };
      return () => channel.close();
    },
    compact: () => ask((host) => host.indexCompact(ref)),
    close: () => ask((host) => host.indexClose(ref)),
  };
}

async function* search(
  ref: IndexRef,
  query: SearchQuery,
  options: SearchOptions,
  { call, send, info, prepare }: IndexContext,
): AsyncGenerator<SearchResult, void, undefined> {
  checkOptions(options, info());
  const { like = [], unlike = [], ...input } = query;
  const { topK = TOP_K, where, hybrid = false, signal, onTrace } = options;
  if (!(Number.isInteger(topK) && topK > 0)) throw invalid('options.topK: must be a positive integer.');
  const hasInput = Boolean(input.text || input.image || input.frames || input.pages);
  if (!hasInput && like.length === 0) throw invalid('query: pass a text, an image, or ids in `like`.');
  const prepared = hasInput ? [await prepare(input, 'query')] : [];
  const wire = { input: prepared[0]?.wire ?? null, like, unlike };
  const { think } = wireOptions(options, info());

  const stopped = new AbortController(); // aborted by the caller's signal, or when the caller leaves the loop
  const stop = () => stopped.abort(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const results: SearchResult[] = [];
  let [over, wake]: [boolean, () => void] = [false, () => {}];
  const stages = new Set<SearchResult['stage']>();
  const push = (result: SearchResult) => {
    if (stages.has(result.stage)) return; // the call was repeated
    stages.add(result.stage);
    results.push(result);
    wake();
  };
  const wanted = { signal: stopped.signal, onTrace, repeatable: true };
  const running = call(prepared, wanted, (host, request, ended, onTrace) =>
    host.indexSearch(
      request,
      ref,
      send(wire, prepared),
      { topK, think, hybrid, ...(where && { where }) },
      listener(push, ended) as NonNullable<ReturnType<typeof listener<[SearchResult]>>>,
      listener(onTrace, ended),
    ),
  ).finally(() => {
    over = true;
    wake();
  });
  running.catch(() => {}); // awaited below, unless the loop was left
  try {
    for (;;) {
      for (let next = results.shift(); next; next = results.shift()) yield next;
      if (over) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (over || results.length > 0) resolve();
      });
    }
    await running;
  } finally {
    signal?.removeEventListener('abort', stop);
    stopped.abort(new TteError('aborted', 'The search was left.'));
  }
}
