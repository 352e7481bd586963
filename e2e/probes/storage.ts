/** Model folders and storage in a separate worker; each worker stands for a tab. */
import type { EmbedderWarning, LoadProgress, StorageReport } from '../../src/shared/types.ts';
import type { OpenedFolder } from '../../workers/models/folder.ts';
import { openFolder } from '../../workers/models/open.ts';
import { indexedDbStore } from '../../workers/platform/browser/indexed-db.ts';
import { browserPlatform } from '../../workers/platform/browser/platform.ts';
import { median } from '../../workers/statistics.ts';
import { createHasher } from '../../workers/storage/hash.ts';
import { vectorKey } from '../../workers/storage/keys.ts';
import { createProgressMeter } from '../../workers/storage/progress.ts';
import { createStorage } from '../../workers/storage/storage.ts';
import { storeContract } from '../../workers/testing/store-contract.ts';

const storage = createStorage<{ vector: Float32Array }, { text: string }>(browserPlatform);
const events: LoadProgress[] = [];
const warnings: EmbedderWarning[] = [];
let folder: OpenedFolder | undefined;
let abort = new AbortController();

export async function open(ref: string, server: string) {
  abort = new AbortController();
  folder = await openFolder(ref, {
    modelsUrl: new URL(`${server}/models/`, location.href).href,
    hubUrl: new URL(`${server}/hub/`, location.href).href,
    storage,
    fetcher: browserPlatform.fetcher,
    signal: abort.signal,
    meter: createProgressMeter((event) => events.push(event)),
    onWarning: (warning) => warnings.push(warning),
  });
  return folder.descriptor;
}

/** Reads a file chunk by chunk; aborts after `abortAfter` chunks. */
export async function read(path: string, abortAfter = Number.POSITIVE_INFINITY) {
  const hasher = (await createHasher()).init();
  let bytes = 0;
  let chunks = 0;
  for await (const chunk of opened().chunks(path, abort.signal)) {
    hasher.update(chunk);
    bytes += chunk.length;
    if (++chunks >= abortAfter) abort.abort();
  }
  return { bytes, chunks, sha256: hasher.digest('hex') };
}

export async function json(path: string) {
  return opened().json(path);
}

export function cancel() {
  abort.abort();
}

export function log() {
  return { events, warnings };
}

export function report(): Promise<Omit<StorageReport, 'indexes'>> {
  return storage.report();
}

export function deleteModel(id: string): Promise<void> {
  return storage.deleteModel(id);
}

export function clearCache(cache: 'vectors' | 'traces'): Promise<void> {
  return storage.clearCache(cache);
}

export function clearAll(): Promise<void> {
  return storage.clearAll();
}

/** Damages one stored chunk of the only large file: flips a bit, truncates it, or removes it. */
export async function damage(how: 'corrupt' | 'truncate' | 'remove') {
  const store = indexedDbStore('think-then-embed/weights');
  const keys = await store.keys('chunk/');
  const found = await Promise.all(keys.map(async (key) => [key, await store.get(key)] as const));
  const [key, value] = found.sort(([, a], [, b]) => size(b) - size(a))[0] as [string, ArrayBuffer];
  if (how === 'remove') return store.remove([key]);
  const bytes = new Uint8Array(value);
  bytes[1000] = (bytes[1000] as number) ^ 1;
  return store.set([[key, how === 'corrupt' ? value : value.slice(0, -1)]]);
}

export function storedKeys() {
  return indexedDbStore('think-then-embed/weights').keys('');
}

/**
 * Sets the quota that the browser reports. A mock, because Chromium reports an artificial quota, and its developer tools' override is
 * not enforced for IndexedDB.
 */
export function reportRoom(bytes: number) {
  navigator.storage.estimate = async () => ({ usage: 0, quota: bytes });
}

/** Makes the database refuse writes that would make it larger than `bytes`, as a full disk does. */
export function fillUpAt(bytes: number) {
  const put = IDBObjectStore.prototype.put;
  let written = 0;
  IDBObjectStore.prototype.put = function (value: unknown, key?: IDBValidKey) {
    if (written + size(value) > bytes) throw new DOMException('the disk is full', 'QuotaExceededError');
    written += size(value);
    return put.call(this, value, key);
  };
}

export async function contract() {
  const failures: string[] = [];
  const names = Object.entries(storeContract);
  for (const [index, [name, check]] of names.entries()) {
    await check(indexedDbStore(`contract-${index}`)).catch((error) => failures.push(`${name}: ${error}`));
  }
  return { cases: names.length, failures };
}

/** Adds entries, reopens the caches as another page would, and looks the entries up. */
export async function cacheAcrossLives(count: number, limit: number) {
  storage.vectors.limit(limit);
  for (let i = 0; i < count; i++) storage.vectors.put(`k${i}`, { vector: new Float32Array([i]) });
  await storage.flush();
  const next = createStorage<{ vector: Float32Array }, { text: string }>(browserPlatform);
  next.vectors.limit(limit);
  const last = await next.vectors.get(`k${count - 1}`);
  return { last: last?.vector[0], oldest: await next.vectors.get('k0'), totals: await next.vectors.totals() };
}

/** Median milliseconds for a cache hit in memory, and for computing the key. */
export async function hitTimes(rounds: number) {
  storage.vectors.limit(10);
  storage.vectors.put('k', { vector: new Float32Array(384) });
  const input = { images: [], layout: 'none', text: 'a cat on a warm stone', instruction: '', trace: null };
  const times: { hit: number[]; key: number[] } = { hit: [], key: [] };
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    await storage.vectors.get('k');
    const found = performance.now();
    await vectorKey({ input, space: 's', kernels: 'wasm/4', role: 'query', think: 'never' });
    times.hit.push(found - began);
    times.key.push(performance.now() - found);
  }
  return { hit: median(times.hit), key: median(times.key) };
}

function opened(): OpenedFolder {
  if (!folder) throw new Error('open a folder first');
  return folder;
}

function size(value: unknown): number {
  return value instanceof ArrayBuffer ? value.byteLength : 0;
}
