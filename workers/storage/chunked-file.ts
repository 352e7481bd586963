/** Storage format of a file: chunks of bytes, and a manifest with their sizes and hashes. */
import { timedStep } from '../timing.ts';
import type { Store } from './database.ts';
import { sha256 } from './hash.ts';

/** Bytes per chunk: small enough for every browser's limits, large enough to be fast (docs/storage.md). */
export const CHUNK_BYTES = 16 * 1024 * 1024;

/** A file to fetch: its URL, and its size and hash if known. */
export interface FileSpec {
  /** Content key: `sha256:…` if the hash is known (so that folders share the file), otherwise `url:…`. */
  key: string;
  url: string;
  /** For progress and messages: model and path. */
  name: string;
  /** Exact length in bytes, or null. */
  bytes: number | null;
  /** Estimated length, for progress and the quota check; 0 if unknown. */
  hint: number;
  sha256: string | null;
  /** Properties of the file at the URL if it is compressed with gzip. */
  packed?: PackedSpec;
}

export interface PackedSpec {
  bytes: number;
  sha256: string;
  /** The file from which the compressed content is the difference. */
  base?: FileSpec;
}

export interface Chunk {
  bytes: number;
  sha256: string;
}

/** Written in the same transaction as its last chunk; `complete` only once the whole file has been verified. */
export interface FileManifest {
  key: string;
  url: string;
  complete: boolean;
  /** Number of bytes in the chunks. */
  received: number;
  /** Length of the whole file, if the server reported it. */
  total: number | null;
  /** Of the whole file; null until complete. */
  sha256: string | null;
  chunks: readonly Chunk[];
  etag: string | null;
  modified: string | null;
  /** State of the hasher after the last chunk, for resuming. */
  state: Uint8Array | null;
}

/** The stores of files: the database, and memory for files that the database refused. */
export interface FileStores {
  readonly persistent: Store;
  readonly memory: Store;
  /** Keys of the files in memory, which last as long as the worker. */
  readonly inMemoryKeys: Set<string>;
}

/** Key of a file as it is fetched, until it is unpacked. */
export const packedKey = (key: string) => `${key}.gz`;
export const manifestKey = (key: string) => `file/${key}`;
export const chunkKey = (key: string, index: number) => `chunk/${key}/${String(index).padStart(6, '0')}`;

export function storeOf(stores: FileStores, key: string): Store {
  return stores.inMemoryKeys.has(key) ? stores.memory : stores.persistent;
}

/** The manifest of a complete or partial file; null if there is none, or the store fails. */
export async function readManifest(stores: FileStores, key: string): Promise<FileManifest | null> {
  const found = await storeOf(stores, key)
    .get(manifestKey(key))
    .catch(() => null);
  return isManifest(found) ? found : null;
}

/** One chunk, verified against its length and hash; null if it is missing or damaged. */
export async function readChunk(
  stores: FileStores,
  key: string,
  index: number,
  expected: Chunk,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const found = await timedStep('read from the store', () =>
    storeOf(stores, key)
      .get(chunkKey(key, index))
      .catch(() => null),
  );
  if (!(found instanceof ArrayBuffer) || found.byteLength !== expected.bytes) return null;
  const bytes = new Uint8Array(found);
  const hash = await timedStep('hash what is read', () => sha256(bytes));
  return hash === expected.sha256 ? bytes : null;
}

/** Removes a file, manifest first, so that a manifest never refers to missing chunks. */
export async function dropFile(stores: FileStores, key: string): Promise<void> {
  const store = storeOf(stores, key);
  await store.remove([manifestKey(key)]);
  await store.remove(await store.keys(`chunk/${key}/`));
}

/**
 * Moves the stored part of a file from the database to memory, where it stays.
 * @returns false if some of it could not be read
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
