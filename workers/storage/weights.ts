/** Model files: downloaded once for all tabs, verified, stored in chunks and read back chunk by chunk. */
import { TteError } from '../../src/shared/errors.ts';
import { throwIfAborted } from './aborted.ts';
import {
  chunkKey,
  dropFile,
  type FileManifest,
  type FileSpec,
  type FileStores,
  manifestKey,
  moveFileToMemory,
  packedKey,
  readChunk,
  readManifest,
  storeOf,
} from './chunked-file.ts';
import type { Fetcher } from './fetcher.ts';
import { createLocalFiles } from './local-files.ts';
import type { Acquire } from './locks.ts';
import { transferPacked } from './packed.ts';
import { memoryOnly, type Run, transfer } from './transfer.ts';

export interface Weights {
  /** Ensures that a file is stored; does not fail if it does not exist. @throws TteError as `chunks` */
  fetch(file: FileSpec, run: Run): Promise<void>;
  /**
   * The file as consecutive chunks, each verified before it is yielded. A file that is not stored is first downloaded and verified
   * as a whole. The caller owns the chunks; at most the next one is held here.
   * @throws TteError model-not-found | download-failed | integrity | quota | aborted
   */
  chunks(file: FileSpec, run: Run): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>;
  /** The file is not swept until `letGo`, or until this worker ends: it may be opened late, when another tab already uses a newer one. */
  hold(file: FileSpec): void;
  letGo(): void;
  /** A small file as a whole; null if there is no such file. @throws TteError as `chunks` */
  whole(file: FileSpec, run: Run): Promise<Uint8Array<ArrayBuffer> | null>;
}

export interface WeightsOptions {
  stores: FileStores;
  fetcher: Fetcher;
  acquire: Acquire;
  /** Bytes the browser can still store; null if unknown. */
  room: () => Promise<number | null>;
}

export const lockName = (key: string) => `think-then-embed/${key}`;
/** Held, shared, by every worker that may still open a file. */
export const useLockName = (key: string) => `think-then-embed/in-use/${key}`;

export function createWeights({ stores, fetcher, acquire, room }: WeightsOptions): Weights {
  const local = createLocalFiles(fetcher);

  const holds = new Map<string, Promise<() => void>>();

  /** The manifest of the stored file, if it matches `file`. */
  async function stored(file: FileSpec): Promise<FileManifest | null> {
    const manifest = await readManifest(stores, file.key);
    return manifest?.complete && matches(manifest, file) ? manifest : null;
  }

  async function exclusively<T>(file: FileSpec, run: Run, work: () => Promise<T>): Promise<T> {
    const release = await acquire(lockName(file.key), 'exclusive', run.signal);
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Ensures that the file is stored. Null if there is no such file. */
  async function ensure(file: FileSpec, run: Run): Promise<FileManifest | null> {
    const before = await stored(file);
    // Another tab may have downloaded it while this one waited for the lock.
    return before ?? exclusively(file, run, async () => (await stored(file)) ?? download(file, run));
  }

  async function download(file: FileSpec, run: Run): Promise<FileManifest | null> {
    await checkRoom(file, run);
    for (let attempt = 0; attempt < 2; attempt++) {
      const got = file.packed
        ? await transferPacked(
            file,
            file.packed,
            (base) => chunks(base, unreported(run)),
            stores,
            fetcher,
            run,
          )
        : await transfer(file, stores, fetcher, run);
      if (!got) return null;
      if (matches(got, file)) return await seal(file, run, { ...got, complete: true });
      await discard(file);
    }
    const what = `${file.name}: length or SHA-256 is not what it must be, also after a fresh download`;
    throw new TteError('integrity', what);
  }

  /** Writes the manifest last: from then on the file counts as stored. */
  async function seal(file: FileSpec, run: Run, manifest: FileManifest): Promise<FileManifest> {
    const entry = [manifestKey(file.key), manifest] as const;
    try {
      await storeOf(stores, file.key).set([entry]);
    } catch (cause) {
      run.onWarning(memoryOnly(file, cause));
      await moveFileToMemory(stores, manifest);
    }
    return manifest;
  }

  async function checkRoom(file: FileSpec, run: Run) {
    if (stores.inMemoryKeys.has(file.key)) return;
    const arrived = async (key: string) => (await readManifest(stores, key))?.received ?? 0;
    let missing = (file.bytes ?? file.hint) - (await arrived(file.key));
    // Both forms are stored while the file is unpacked.
    if (file.packed) missing += file.packed.bytes - (await arrived(packedKey(file.key)));
    const free = await room();
    if (free === null || missing <= free) return;
    run.onWarning(
      memoryOnly(file, new Error(`it needs ${missing} more bytes, the browser would store ${free}`)),
    );
    await discard(file);
    stores.inMemoryKeys.add(file.key);
  }

  /** Errors are ignored: a store that cannot delete cannot be read either. */
  const discard = (file: FileSpec) => dropFile(stores, file.key).catch(() => {});

  /** Downloads a file again whose chunk `index` is damaged, unless another tab has already done so. */
  function replace(file: FileSpec, run: Run, index: number): Promise<FileManifest | null> {
    return exclusively(file, run, async () => {
      const now = await stored(file);
      const chunk = now?.chunks[index];
      if (now && chunk && (await readChunk(stores, file.key, index, chunk))) return now;
      await discard(file);
      return await download(file, run);
    });
  }

  async function* stream(file: FileSpec, run: Run, first: FileManifest) {
    let manifest = first;
    const load = (index: number) => {
      const chunk = manifest.chunks[index];
      return chunk ? readChunk(stores, file.key, index, chunk) : null;
    };
    // A chunk in memory is passed on rather than copied; the next reader downloads it again.
    const inMemory = () => stores.inMemoryKeys.has(file.key);
    if (inMemory()) await stores.memory.remove([manifestKey(file.key)]);
    run.meter.expect(file.name, manifest.received);
    let release = await acquire(lockName(file.key), 'shared', run.signal);
    try {
      let loaded = 0;
      let replaced = false;
      let next = load(0);
      for (let index = 0; next; ) {
        throwIfAborted(run.signal);
        const bytes = await next;
        if (!bytes) {
          if (replaced) throw new TteError('integrity', `${file.name}: storage returns damaged bytes again`);
          replaced = true;
          release();
          const fresh = await replace(file, run, index);
          if (!fresh) throw missing(file);
          const handedOver = manifest.chunks.slice(0, index);
          if (handedOver.some(({ sha256 }, i) => sha256 !== fresh.chunks[i]?.sha256)) throw changed(file);
          manifest = fresh;
          release = await acquire(lockName(file.key), 'shared', run.signal);
          next = load(index);
          continue;
        }
        if (inMemory()) await stores.memory.remove([chunkKey(file.key, index)]);
        next = load(++index); // read and verified while the caller uses this one
        loaded += bytes.byteLength;
        run.meter.advance(file.name, loaded, 'storage');
        yield bytes;
      }
    } finally {
      release();
      if (inMemory()) await discard(file);
    }
  }

  async function* chunks(file: FileSpec, run: Run) {
    if (fetcher.isLocal(file.url)) return yield* local.chunks(file, run);
    const manifest = await ensure(file, run);
    if (!manifest) throw missing(file);
    yield* stream(file, run, manifest);
  }

  return {
    chunks,
    async fetch(file, run) {
      if (fetcher.isLocal(file.url)) return;
      await ensure(file, run);
    },
    hold({ key }) {
      if (holds.has(key)) return;
      const held = acquire(useLockName(key), 'shared', null);
      held.catch(() => {}); // it then works as without locks
      holds.set(key, held);
    },
    letGo() {
      for (const held of holds.values()) void held.then((release) => release());
      holds.clear();
    },
    async whole(file, run) {
      if (fetcher.isLocal(file.url)) return local.whole(file, run);
      const manifest = await ensure(file, run);
      if (!manifest) return null;
      const bytes = new Uint8Array(manifest.received);
      let offset = 0;
      for await (const chunk of stream(file, run, manifest)) {
        bytes.set(chunk, offset);
        offset += chunk.length;
      }
      return bytes;
    },
  };
}

/** These reads are not part of the progress. */
const unreported = (run: Run): Run => ({ ...run, meter: { ...run.meter, expect() {}, advance() {} } });

function matches(manifest: FileManifest, file: FileSpec): boolean {
  const length = file.bytes ?? manifest.total ?? manifest.received;
  return manifest.received === length && (file.sha256 ?? manifest.sha256) === manifest.sha256;
}

export function missing(file: FileSpec): TteError {
  return new TteError('model-not-found', `${file.name} does not exist (${file.url})`);
}

function changed(file: FileSpec): TteError {
  return new TteError(
    'integrity',
    `${file.name} has changed on its server while it was read; load the model again`,
  );
}
