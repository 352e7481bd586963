/** Files that are served compressed with gzip. They are stored unpacked, so that reading them is not slower. */
import {
  dropFile,
  type FileManifest,
  type FileSpec,
  type FileStores,
  type PackedSpec,
  packedKey,
  readChunk,
} from './chunked-file.ts';
import { addBase } from './difference.ts';
import type { Fetcher } from './fetcher.ts';
import type { ProgressMeter } from './progress.ts';
import { NotPacked, type Run, transfer, write } from './transfer.ts';

/**
 * As `transfer`. The compressed file is downloaded first and as a whole, so that an interrupted download is resumed like any other, and
 * then unpacked into the store.
 * @param readBase reads the file from which it is the difference
 */
export async function transferPacked(
  file: FileSpec,
  { bytes, sha256, base }: PackedSpec,
  readBase: (base: FileSpec) => AsyncIterable<Uint8Array>,
  stores: FileStores,
  fetcher: Fetcher,
  run: Run,
): Promise<FileManifest | null> {
  const key = packedKey(file.key);
  const packed = { key, url: file.url, name: file.name, bytes, hint: bytes, sha256 };
  if (stores.inMemoryKeys.has(file.key)) stores.inMemoryKeys.add(key);
  const meter = inUnpackedBytes(run.meter, (file.bytes ?? bytes) / bytes);
  const forget = async () => {
    await dropFile(stores, key).catch(() => {});
    stores.inMemoryKeys.delete(key);
  };
  const restore = async (body: AsyncIterable<Uint8Array>) => {
    const made = await write(file, base ? addBase(body, readBase(base)) : body, stores, run);
    await forget();
    return made;
  };
  try {
    const arrived = await transfer(packed, stores, fetcher, { ...run, meter }, true);
    if (arrived === null) return null;
    const isRight = arrived.received === bytes && arrived.sha256 === sha256;
    if (isRight) return await restore(gunzip(chunksOf(arrived, stores)));
    await forget();
    return arrived;
  } catch (error) {
    if (!(error instanceof NotPacked)) throw error;
    await forget();
    if (!base) return transfer(file, stores, fetcher, run);
    const arrived = await transfer({ ...file, key, sha256: null }, stores, fetcher, run);
    return arrived && (await restore(chunksOf(arrived, stores)));
  }
}

/** Converts the progress of the compressed form to bytes of the file. */
function inUnpackedBytes(meter: ProgressMeter, ratio: number): ProgressMeter {
  return {
    ...meter,
    expect: (name, bytes) => meter.expect(name, Math.round(bytes * ratio)),
    advance: (name, loaded, source) => meter.advance(name, Math.round(loaded * ratio), source),
  };
}

async function* chunksOf({ key, chunks }: FileManifest, stores: FileStores) {
  for (const [index, chunk] of chunks.entries()) {
    const bytes = await readChunk(stores, key, index, chunk);
    if (bytes === null) return; // the result is then not the file
    yield bytes;
  }
}

/** Ends early where the input is damaged. */
export async function* gunzip(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = new ReadableStream<BufferSource>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    cancel: async () => void (await chunks.return(undefined)),
  });
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader();
  const next = () => reader.read().catch(() => null);
  try {
    for (let piece = await next(); piece?.value; piece = await next()) yield piece.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
