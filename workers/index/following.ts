/**
 * Keeps an index in sync with an index file on a server (`openIndex(name, { from })`). The file is imported row group by row group,
 * and the index can be searched meanwhile. Unchanged items are left alone; items that the file no longer has are removed at the end.
 */

import { TteError } from '../../src/shared/errors.ts';
import type { IndexRef } from '../../src/shared/index-protocol.ts';
import type { AddProgress, SpaceManifest } from '../../src/shared/index-types.ts';
import type { Engine } from '../pipeline/engine.ts';
import { throwIfAborted } from '../storage/aborted.ts';
import type { Store } from '../storage/database.ts';
import type { Fetcher } from '../storage/fetcher.ts';
import type { Acquire } from '../storage/locks.ts';
import { yieldToEventLoop } from '../yield-to-event-loop.ts';
import type { Collection } from './collection.ts';
import { openParquet } from './exchange/parquet-in.ts';
import { keepRecords } from './importing.ts';
import { idsByRow } from './live-rows.ts';
import { type FileVersion, openRemoteFile, type RemoteFile } from './remote-file.ts';
import { originKey } from './segments.ts';
import { embeddersSpace, isSameSpace, requireSameSpace } from './spaces.ts';

export interface FollowContext {
  collection: Collection;
  ref: IndexRef;
  store: Store;
  acquire: Acquire;
  fetcher: Fetcher;
  /** Null if no model is attached; the file's space is then accepted as it is. */
  engine: Engine | null;
  signal: AbortSignal;
  /** Called when there is something to search, at the latest when the import is complete. */
  onReady: () => void;
  onProgress: (progress: AddProgress) => void;
}

/** The file that an index was imported from. Written last, so that an interrupted import is repeated. */
interface Origin {
  url: string;
  version: FileVersion;
  /** Incarnation of the imported index; another index of the same name has another. */
  incarnation: string;
}

/** Items per segment. */
const BATCH = 1000;

/**
 * Resolves when the index matches the file. One tab at a time imports; the others then find it up to date.
 * @throws TteError download-failed | invalid-input: no index file · space-mismatch | quota | aborted
 */
export async function follow(url: string, context: FollowContext): Promise<void> {
  const { collection, store, acquire, fetcher, signal, onReady } = context;
  const release = await acquire(`think-then-embed:follow:${collection.name}`, 'exclusive', signal);
  try {
    const known = await knownVersion(url, context);
    if (known !== null) onReady();
    const file = await openRemoteFile(fetcher, url, known, signal);
    if (file === null) return;
    const incarnation = await takeOver(url, file, context);
    const origin: Origin = { url, version: file.version, incarnation };
    await store.set([[originKey(collection.name), origin]]);
  } finally {
    release();
  }
}

/** The version of the file that was imported completely, or null. */
async function knownVersion(url: string, { collection, store }: FollowContext): Promise<FileVersion | null> {
  const manifest = await collection.read(anySpace, async (state) => state.manifest);
  const origin = (await store.get(originKey(collection.name))) as Origin | undefined;
  const isIts = origin !== undefined && origin.url === url && origin.incarnation === manifest?.incarnation;
  return isIts ? origin.version : null;
}

/** @returns the index's incarnation */
async function takeOver(url: string, file: RemoteFile, context: FollowContext): Promise<string> {
  const { collection, signal, onReady, onProgress } = context;
  const source = await openParquet(file, url);
  if (source.manifest === null) {
    throw new TteError(
      'invalid-input',
      `${url} is not an index file: it does not tell the space of its vectors.`,
    );
  }
  const space = source.manifest;
  await checkSpace(url, space, context);
  const demand = async () => space;
  const made = await collection.create(demand);
  const expected = { demand, incarnation: made?.incarnation ?? '' };

  const report = { added: 0, replaced: 0, skipped: 0, failed: [] };
  const ids = new Set<string>();
  for await (const batch of source.batches(BATCH)) {
    await keepRecords(batch, ids.size, { collection, expected, report });
    for (const { id } of batch) ids.add(id);
    onReady();
    const { added, replaced, skipped } = report;
    const name = batch.at(-1)?.id ?? '';
    onProgress({ done: ids.size, total: source.count, added: added + replaced, skipped, failed: 0, name });
    await yieldToEventLoop();
    throwIfAborted(signal);
  }
  await collection.change(demand, async (state) => {
    const removed = [...(await idsByRow(state))].flatMap(([row, id]) => (ids.has(id) ? [] : [row]));
    return removed.length > 0 ? { items: [], rows: new ArrayBuffer(0), removed } : null;
  });
  onReady();
  return expected.incarnation;
}

/** An index in another space is dropped if it was imported from a file, since it can be imported again; otherwise it is an error. */
async function checkSpace(url: string, space: SpaceManifest, context: FollowContext): Promise<void> {
  const { collection, ref, engine, store } = context;
  if (engine !== null) {
    requireSameSpace(url, space, await embeddersSpace(ref, engine, space));
  }
  const manifest = await collection.read(anySpace, async (state) => state.manifest);
  if (manifest === null || isSameSpace(manifest.space, space)) return;
  const origin = (await store.get(originKey(collection.name))) as Origin | undefined;
  if (origin?.incarnation !== manifest.incarnation) requireSameSpace(collection.name, manifest.space, space);
  await collection.drop();
}

const anySpace = async () => null;
