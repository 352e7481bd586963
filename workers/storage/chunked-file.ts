/** How a file lies in a store: chunks of bytes, and a manifest that says what they must be. */
import type { Store } from './database.ts';
import { sha256 } from './hash.ts';

/** Bytes of one stored value: small enough for every browser's limits, few enough to be fast (docs/storage.md). */
export const CHUNK_BYTES = 16 * 1024 * 1024;

/** What is to be had: where, and what is known of it beforehand. */
export interface FileSpec {
  /** Content key: `sha256:…` where the hash is known (two folders then share the file), else `url:…`. */
  key: string;
  url: string;
  /** For progress and messages: model and path. */
  name: string;
  /** Exact length, or null. */
  bytes: number | null;
  /** Probable length, for progress and the quota check; 0 where nothing is known. */
  hint: number;
  sha256: string | null;
}

export interface Chunk {
  bytes: number;
  sha256: string;
}

/** Written after the chunks it lists, in the same transaction; `complete` only once the whole file was verified. */
export interface FileManifest {
  key: string;
  url: string;
  complete: boolean;
  /** Bytes in the chunks. */
  received: number;
  /** Length of the whole file, where the server told. */
  total: number | null;
  /** Of the whole file; null until complete. */
  sha256: string | null;
  chunks: readonly Chunk[];
  etag: string | null;
  modified: string | null;
  /** State of the hash after the last chunk, for resuming. */
  state: Uint8Array | null;
}

/** Where files lie: in the database, or, where it refused them, in memory. */
export interface FileStores {
  readonly persistent: Store;
  readonly memory: Store;
  /** Keys of the files that lie in memory, for as long as the worker lives. */
  readonly inMemoryKeys: Set<string>;
}

export const manifestKey = (key: string) => `file/${key}`;
export const chunkKey = (key: string, index: number) => `chunk/${key}/${String(index).padStart(6, '0')}`;

export function storeOf(stores: FileStores, key: string): Store {
  return stores.inMemoryKeys.has(key) ? stores.memory : stores.persistent;
}

/** The manifest of a file, finished or not; null where there is none, or no store to ask. */
export async function readManifest(stores: FileStores, key: string): Promise<FileManifest | null> {
  const found = await storeOf(stores, key)
    .get(manifestKey(key))
    .catch(() => null);
  return isManifest(found) ? found : null;
}

/** One chunk, checked against its length and hash; null where it is missing or not what it must be. */
export async function readChunk(
  stores: FileStores,
  key: string,
  index: number,
  expected: Chunk,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const found = await storeOf(stores, key)
    .get(chunkKey(key, index))
    .catch(() => null);
  if (!(found instanceof ArrayBuffer) || found.byteLength !== expected.bytes) return null;
  const bytes = new Uint8Array(found);
  return (await sha256(bytes)) === expected.sha256 ? bytes : null;
}

/** Removes a file, manifest first, so that no manifest ever names a missing chunk. */
export async function dropFile(stores: FileStores, key: string): Promise<void> {
  const store = storeOf(stores, key);
  await store.remove([manifestKey(key)]);
  await store.remove(await store.keys(`chunk/${key}/`));
}

/**
 * Moves what has arrived of a file out of the database into memory, where it stays.
 * @returns false where some of it could not be read
 */
export async function moveFileToMemory(stores: FileStores, manifest: FileManifest): Promise<boolean> {
  let whole = true;
  for (const [index, chunk] of manifest.chunks.entries()) {
    const bytes = await readChunk(stores, manifest.key, index, chunk);
    if (bytes) await stores.memory.set([[chunkKey(manifest.key, index), bytes.buffer]]);
    else whole = false;
    await stores.persistent.remove([chunkKey(manifest.key, index)]).catch(() => {});
  }
  await stores.persistent.remove([manifestKey(manifest.key)]).catch(() => {});
  await stores.memory.set([[manifestKey(manifest.key), manifest]]);
  stores.inMemoryKeys.add(manifest.key);
  return whole;
}

export function isManifest(value: unknown): value is FileManifest {
  return typeof value === 'object' && value !== null && 'chunks' in value && Array.isArray(value.chunks);
}
