// Reads exact numbers of bytes from consecutive chunks. Each chunk is released once its last byte has been read.

import { readVarint } from './wire.ts';

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface ByteStream {
  /** Bytes read so far. */
  readonly position: number;
  /** Whether the stream has ended. */
  ended(): Promise<boolean>;
  /** Reads `length` bytes into a new buffer. @throws when fewer are left */
  read(length: number): Promise<Uint8Array>;
  varint(): Promise<number>;
}

export function byteStream(chunks: Chunks): ByteStream {
  const source = (async function* () {
    yield* chunks;
  })();
  let chunk: Uint8Array | undefined;
  let at = 0;
  let position = 0;

  async function more(): Promise<boolean> {
    while (!chunk || at >= chunk.length) {
      chunk = undefined;
      const next = await source.next();
      if (next.done) return false;
      chunk = next.value;
      at = 0;
    }
    return true;
  }

  async function consume(length: number, take: (part: Uint8Array, offset: number) => void): Promise<void> {
    for (let done = 0; done < length; ) {
      if (!(await more())) throw new Error(`The file ends ${length - done} bytes too early (at ${position})`);
      const part = chunk!.subarray(at, at + length - done);
      take(part, done);
      done += part.length;
      at += part.length;
      position += part.length;
    }
  }

  return {
    get position() {
      return position;
    },
    ended: async () => !(await more()),
    async read(length) {
      const out = new Uint8Array(length);
      await consume(length, (part, offset) => out.set(part, offset));
      return out;
    },
    async varint() {
      const bytes: number[] = [];
      do {
        if (!(await more())) throw new Error(`The file ends within a number (at ${position})`);
        bytes.push(chunk![at]!);
        at++;
        position++;
      } while (bytes.at(-1)! >= 0x80);
      return readVarint(Uint8Array.from(bytes), 0)[0];
    },
  };
}
