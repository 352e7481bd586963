/** Downloads a file into a store chunk by chunk, and resumes earlier attempts. */
import { TteError } from '../../src/shared/errors.ts';
import type { EmbedderWarning } from '../../src/shared/types.ts';
import {
  CHUNK_BYTES,
  type Chunk,
  chunkKey,
  dropFile,
  type FileManifest,
  type FileSpec,
  type FileStores,
  manifestKey,
  moveFileToMemory,
  readManifest,
  storeOf,
} from './chunked-file.ts';
import type { Fetcher } from './fetcher.ts';
import { createHasher, sha256 } from './hash.ts';
import { HtmlAnswer } from './html.ts';
import type { ProgressMeter } from './progress.ts';
import { NetworkError, type Reply, request } from './request.ts';
import { withRetries } from './retry.ts';

/** Parameters of one call, as opposed to the file. */
export interface Run {
  signal: AbortSignal;
  meter: ProgressMeter;
  onWarning: (warning: EmbedderWarning) => void;
}

/** New bytes after which a connection counts as working again. */
const headway = 1024 * 1024;

/**
 * Resolves to the finished manifest, not yet marked complete, which the caller compares with what is expected. Null if there is
 * no such file. The caller must hold the file's lock.
 * @throws TteError download-failed (received data stays, and the next call resumes) | model-not-found | quota | aborted
 */
export async function transfer(
  file: FileSpec,
  stores: FileStores,
  fetcher: Fetcher,
  run: Run,
  isPacked = false,
): Promise<FileManifest | null> {
  const draft = await openDraft(file, stores, run);
  let mark = draft.received();
  const progressed = () => {
    const far = draft.received() - mark > headway;
    mark = draft.received();
    return far;
  };
  const step = async () => {
    try {
      if (draft.isWhole() || (await receive(file, draft, fetcher, run, isPacked)))
        return await draft.finish();
    } catch (error) {
      await draft.flush();
      if (!(error instanceof HtmlAnswer)) throw error;
      if (file.bytes !== null || draft.received() > 0) throw htmlInstead(file, draft.received(), error);
    }
    await draft.restart(null);
    return null;
  };
  return withRetries(file.name, run.signal, step, progressed);
}

/** The first byte of every file compressed with gzip. */
const GZIP = 0x1f;

/** The file is not compressed as expected: the host declared the encoding, and the browser has unpacked it. */
export class NotPacked extends Error {}

/** Reads one connection to its end. False if there is no such file. */
async function receive(
  file: FileSpec,
  draft: Draft,
  fetcher: Fetcher,
  run: Run,
  isPacked: boolean,
): Promise<boolean> {
  let reply = await request(fetcher, file.url, draft.received(), draft.validator(), run.signal);
  if (reply && !draft.continues(reply)) {
    if (reply.from > 0) {
      reply.cancel();
      reply = await request(fetcher, file.url, 0, { etag: null, modified: null }, run.signal);
    }
    await draft.restart(reply);
  }
  if (!reply) return false;
  run.meter.expect(file.name, file.bytes ?? reply.total ?? file.hint);
  const limit = file.bytes ?? Number.POSITIVE_INFINITY;
  for await (const piece of reply.body) {
    if (isPacked && draft.received() === 0 && piece.length > 0 && piece[0] !== GZIP) throw new NotPacked();
    await draft.push(piece);
    run.meter.advance(file.name, Math.min(draft.received(), limit), 'network');
    if (draft.received() > limit) break; // too long, which the caller detects
  }
  return true;
}

/** Writes a file from given bytes. The manifest is like that of `transfer`; the caller must hold the file's lock. @throws TteError quota */
export async function write(
  file: FileSpec,
  body: AsyncIterable<Uint8Array>,
  stores: FileStores,
  run: Run,
): Promise<FileManifest> {
  const draft = await openDraft(file, stores, run);
  await draft.restart(null);
  for await (const piece of body) await draft.push(piece);
  return draft.finish();
}

type Draft = Awaited<ReturnType<typeof openDraft>>;

/** A partial file: committed chunks in a store, and the bytes of the next chunk. */
async function openDraft(file: FileSpec, stores: FileStores, run: Run) {
  const empty: FileManifest = {
    key: file.key,
    url: file.url,
    complete: false,
    received: 0,
    total: null,
    sha256: null,
    chunks: [],
    etag: null,
    modified: null,
    state: null,
  };
  const hasher = await createHasher();
  hasher.init();
  let manifest = (await readManifest(stores, file.key)) ?? empty;
  try {
    // Without a hash or a validator nothing tells whether the file is still the same, so the download starts over.
    const sure = manifest.url === file.url && (file.sha256 ?? manifest.etag ?? manifest.modified) !== null;
    if (manifest.complete || !manifest.state || !sure) throw new Error('start over');
    hasher.load(manifest.state); // throws for a state of another build of the hasher
  } catch {
    manifest = empty;
  }
  let buffer = new Uint8Array(0);
  let filled = 0;
  const expected = () => file.bytes ?? manifest.total;

  async function commit() {
    if (filled === 0) return;
    const bytes = filled === buffer.length ? buffer : buffer.slice(0, filled);
    buffer = new Uint8Array(0);
    filled = 0;
    hasher.update(bytes);
    const chunk: Chunk = { bytes: bytes.byteLength, sha256: await sha256(bytes) };
    const index = manifest.chunks.length;
    const next: FileManifest = {
      ...manifest,
      received: manifest.received + chunk.bytes,
      chunks: [...manifest.chunks, chunk],
      state: hasher.save(),
    };
    const entries = [
      [chunkKey(file.key, index), bytes.buffer] as const,
      [manifestKey(file.key), next] as const,
    ];
    try {
      await storeOf(stores, file.key).set(entries);
    } catch (cause) {
      // The store is full or broken: the stored part moves to memory, and the rest follows there.
      run.onWarning(memoryOnly(file, cause));
      if (!(await moveFileToMemory(stores, manifest))) {
        await restart(null);
        throw new NetworkError('stored parts were lost', { cause });
      }
      await stores.memory.set(entries);
    }
    manifest = next;
  }

  async function restart(reply: Reply | null) {
    await dropFile(stores, file.key).catch(() => {});
    hasher.init();
    buffer = new Uint8Array(0);
    filled = 0;
    const { etag = null, modified = null, total = null } = reply ?? {};
    manifest = { ...empty, etag, modified, total };
  }

  return {
    received: () => manifest.received + filled,
    validator: () => ({ etag: manifest.etag, modified: manifest.modified }),
    isWhole: () => expected() !== null && manifest.received === expected(),
    /** Whether a response continues exactly where the draft ends, in the same file. */
    continues(reply: Reply) {
      const { received, etag, modified } = manifest;
      const same = (a: string | null, b: string | null) => a === null || b === null || a === b;
      return (
        received > 0 && reply.from === received && same(etag, reply.etag) && same(modified, reply.modified)
      );
    },
    restart,
    async push(piece: Uint8Array) {
      let rest = piece;
      while (rest.length > 0) {
        if (buffer.length === 0) buffer = allocate(nextChunk(expected(), manifest.received));
        const part = rest.subarray(0, buffer.length - filled);
        buffer.set(part, filled);
        filled += part.length;
        rest = rest.subarray(part.length);
        if (filled === buffer.length) await commit();
      }
    },
    /** Stores the bytes of an unfinished chunk, so that nothing is fetched twice. */
    flush: () => commit().catch(() => {}),
    async finish(): Promise<FileManifest> {
      await commit();
      return { ...manifest, sha256: hasher.digest('hex'), state: null };
    },
  };
}

/** Size of the chunk that begins at `received`. */
function nextChunk(total: number | null, received: number): number {
  return total !== null && total > received ? Math.min(CHUNK_BYTES, total - received) : CHUNK_BYTES;
}

/** An HTML page came in place of an existing file. */
function htmlInstead({ name, url }: FileSpec, received: number, cause: HtmlAnswer): TteError {
  const advice =
    'Either the host sends its page for files that it does not have: copy the file to where this URL is served. Or the network asks ' +
    'for a sign-in: open the URL in a tab, then call again';
  return new TteError(
    received > 0 ? 'download-failed' : 'model-not-found',
    `${name}: ${url} answers with a page of HTML instead of the file. ${advice}`,
    { cause },
  );
}

function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new TteError('quota', 'the model fits neither into storage nor into memory', { cause });
  }
}

export function memoryOnly(file: FileSpec, cause: unknown): EmbedderWarning {
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  const message = `${file.name} is kept in memory only and will be downloaded again next time: ${why}`;
  return { code: 'memory-only', message };
}
