/** Model files on this machine, which are read in place and not stored again. */
import { isTteError, TteError } from '../../src/shared/errors.ts';
import { CHUNK_BYTES, type FileSpec } from './chunked-file.ts';
import { addBase } from './difference.ts';
import type { Fetcher } from './fetcher.ts';
import { createHasher } from './hash.ts';
import { gunzip } from './packed.ts';
import { request } from './request.ts';
import type { Run } from './transfer.ts';
import type { Weights } from './weights.ts';

export function createLocalFiles(fetcher: Fetcher): Pick<Weights, 'chunks' | 'whole'> {
  /** Null if there is no such file. */
  async function open({ url, packed }: FileSpec, run: Run): Promise<AsyncIterable<Uint8Array> | null> {
    const reply = await request(fetcher, url, 0, { etag: null, modified: null }, run.signal);
    if (reply === null) return null;
    if (!packed) return reply.body;
    const unpacked = gunzip(reply.body);
    if (!packed.base) return unpacked;
    const base = await open(packed.base, run);
    if (base === null) throw missing(packed.base);
    return addBase(unpacked, base);
  }

  /** @throws TteError integrity, before anything of the file is yielded */
  async function verify(file: FileSpec, run: Run): Promise<void> {
    const body = await open(file, run);
    if (body === null) throw missing(file);
    const hasher = (await createHasher()).init();
    let bytes = 0;
    for await (const piece of body) {
      hasher.update(piece);
      bytes += piece.byteLength;
    }
    const isRight =
      (file.bytes === null || file.bytes === bytes) &&
      (file.sha256 === null || file.sha256 === hasher.digest('hex'));
    if (!isRight) {
      throw new TteError('integrity', `${file.url} is not the file that its folder's tte.json describes`);
    }
  }

  async function* chunks(file: FileSpec, run: Run): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
    await verify(file, run);
    const body = await open(file, run);
    if (body === null) throw missing(file);
    let loaded = 0;
    for await (const chunk of inChunks(body)) {
      loaded += chunk.byteLength;
      run.meter.advance(file.name, loaded, 'storage');
      yield chunk;
    }
  }

  return {
    chunks,
    async whole(file, run) {
      try {
        const parts: Uint8Array<ArrayBuffer>[] = [];
        for await (const chunk of chunks(file, run)) parts.push(chunk);
        return new Uint8Array(await new Blob(parts).arrayBuffer());
      } catch (error) {
        if (isTteError(error, 'model-not-found')) return null;
        throw error;
      }
    },
  };
}

/** Joins the small pieces that the disk delivers. */
async function* inChunks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    parts.push(piece);
    bytes += piece.byteLength;
    if (bytes < CHUNK_BYTES) continue;
    yield join(parts, bytes);
    [parts, bytes] = [[], 0];
  }
  if (bytes > 0) yield join(parts, bytes);
}

function join(parts: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function missing(file: FileSpec): TteError {
  return new TteError('model-not-found', `${file.name} does not exist (${file.url})`);
}
