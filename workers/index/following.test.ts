/** An index and the file that it follows, over a host that serves it; no network, no browser. */
import { beforeEach, expect, test } from 'vitest';
import type { IndexRef } from '../../src/shared/index-protocol.ts';
import type { IndexRecord, SpaceManifest } from '../../src/shared/index-types.ts';
import type { Engine } from '../pipeline/engine.ts';
import { memoryStore } from '../storage/database.ts';
import { manifest, records, sourceOf } from '../testing/records.ts';
import { Collection } from './collection.ts';
import { exportFiles } from './exchange/export.ts';
import { type FollowContext, follow } from './following.ts';
import { idsByRow } from './live-rows.ts';

const URL = 'https://site.test/site.tte.parquet';
const all = records(2500);
const foreign: SpaceManifest = { ...manifest, space: 'other@2/q4/16/never#1' };
const ref: IndexRef = { name: 'docs', space: null, dimensions: null, think: null, thumbnails: 0 };
const engineOf = (space: SpaceManifest) => ({ manifest: async () => space }) as unknown as Engine;

/** A static host whose file can be replaced, slow from some byte on, or gone. */
function createHost() {
  const state = { file: new Uint8Array(0), etag: '', requests: [] as string[], isDown: false };
  let hold: Promise<void> | null = null;
  return {
    ...state,
    state,
    /** Everything from a third of the file on waits, but for its end. */
    holdRest(wait: Promise<void> | null) {
      hold = wait;
    },
    async publish(items: readonly IndexRecord[], space = manifest) {
      const [file] = await exportFiles(
        'parquet',
        sourceOf(items, 'site', space),
        new AbortController().signal,
      );
      state.file = new Uint8Array(await (file as File).arrayBuffer());
      state.etag = `"${Math.random()}"`;
    },
    async fetch(_url: string, init: RequestInit = {}) {
      init.signal?.throwIfAborted();
      if (state.isDown) throw new TypeError('offline');
      const range = new Headers(init.headers).get('Range');
      state.requests.push(`${init.method ?? 'GET'} ${range ?? ''}`.trim());
      const [from = 0, to = state.file.length - 1] = range?.match(/\d+/g)?.map(Number) ?? [];
      if (hold && from > state.file.length / 3 && to < state.file.length - 1) await hold;
      const headers = {
        ETag: state.etag,
        'Content-Length': String(to - from + 1),
        ...(range && { 'Content-Range': `bytes ${from}-${to}/${state.file.length}` }),
      };
      const body = init.method === 'HEAD' ? null : state.file.slice(from, to + 1);
      return new Response(body, { status: range ? 206 : 200, headers });
    },
  };
}

let store = memoryStore();
let site = createHost();
beforeEach(() => {
  store = memoryStore();
  site = createHost();
});

const acquire = async () => () => {};
const collectionOf = () => new Collection({ store, name: 'docs', acquire, announce: () => {} });

function contextOf(more: Partial<FollowContext> = {}): FollowContext {
  return {
    collection: collectionOf(),
    ref,
    store,
    acquire,
    fetcher: { fetch: site.fetch, isOwn: () => true, isLocal: () => false },
    engine: null,
    signal: new AbortController().signal,
    onReady: () => {},
    onProgress: () => {},
    ...more,
  };
}

const idsOf = (collection: Collection) =>
  collection.read(
    async () => null,
    async (state) => [...(await idsByRow(state)).values()],
  );
const sorted = (items: readonly { id: string }[]) => items.map(({ id }) => id).sort();

test('the index becomes what the file is, and a second visit asks only whether it is the same', async () => {
  await site.publish(all);
  const progress: number[] = [];
  await follow(URL, contextOf({ onProgress: ({ done }) => progress.push(done) }));
  expect((await idsOf(collectionOf())).sort()).toEqual(sorted(all));
  expect(progress).toEqual([1000, 2000, 2500]);
  site.state.requests.length = 0;
  await follow(URL, contextOf());
  expect(site.state.requests).toEqual(['HEAD']);
});

test('it can be searched before all of it is there', async () => {
  await site.publish(records(5000, 128), { ...manifest, dimensions: 128 });
  let release = () => {};
  site.holdRest(
    new Promise((resolve) => {
      release = resolve;
    }),
  );
  const context = contextOf();
  const ready = new Promise<void>((resolve) => {
    context.onReady = resolve;
  });
  const updated = follow(URL, context);
  await ready;
  const first = await idsOf(context.collection);
  expect(first.length).toBeGreaterThanOrEqual(1000);
  expect(first.length).toBeLessThan(5000);
  release();
  await updated;
  expect(await idsOf(context.collection)).toHaveLength(5000);
});

test('a changed file is taken over: what is the same stays, what is gone goes', async () => {
  await site.publish(all);
  await follow(URL, contextOf());
  const changed = all
    .slice(100)
    .map((record, i) => (i === 0 ? { ...record, text: 'new', contentHash: 'f' } : record));
  await site.publish(changed);
  const context = contextOf();
  await follow(URL, context);
  expect((await idsOf(context.collection)).sort()).toEqual(sorted(changed));
  // Replaced ones come last: nothing else was written again.
  expect((await idsOf(context.collection)).at(-1)).toBe(changed[0]?.id);
});

test('offline what is here is good; where nothing is here, that is said', async () => {
  site.state.isDown = true;
  await expect(follow(URL, contextOf())).rejects.toMatchObject({ code: 'download-failed' });
  site.state.isDown = false;
  await site.publish(all);
  await follow(URL, contextOf());
  site.state.isDown = true;
  let isReady = false;
  const onReady = () => {
    isReady = true;
  };
  const context = contextOf({ onReady });
  await expect(follow(URL, context)).rejects.toMatchObject({ code: 'download-failed' });
  expect(isReady).toBe(true);
  expect(await idsOf(context.collection)).toHaveLength(2500);
});

test('one that was interrupted goes on the next time', async () => {
  await site.publish(all);
  const abort = new AbortController();
  const context = contextOf({ signal: abort.signal, onProgress: () => abort.abort() });
  await expect(follow(URL, context)).rejects.toMatchObject({ code: 'aborted' });
  expect(await idsOf(context.collection)).toHaveLength(1000);
  await follow(URL, contextOf());
  expect(await idsOf(collectionOf())).toHaveLength(2500);
});

test('another space than the embedder’s is refused; a site that changed its model is taken over', async () => {
  await site.publish(all);
  await expect(follow(URL, contextOf({ engine: engineOf(foreign) }))).rejects.toMatchObject({
    code: 'space-mismatch',
    message: expect.stringContaining(foreign.space),
  });
  expect(await idsOf(collectionOf())).toEqual([]);
  await follow(URL, contextOf({ engine: engineOf(manifest) }));
  await site.publish(all.slice(0, 10), foreign);
  await follow(URL, contextOf({ engine: engineOf(foreign) }));
  expect((await idsOf(collectionOf())).sort()).toEqual(sorted(all.slice(0, 10)));
});

test('an index of one’s own is not taken over by a file of another space', async () => {
  await site.publish(all, foreign);
  await collectionOf().create(async () => manifest);
  await expect(follow(URL, contextOf())).rejects.toMatchObject({ code: 'space-mismatch' });
});

test('what is no index file is refused', async () => {
  site.state.file = new TextEncoder().encode('hello, this is no Parquet at all');
  site.state.etag = '"x"';
  await expect(follow(URL, contextOf())).rejects.toMatchObject({ code: 'invalid-input' });
});
