/** The runtime's compiled core, from wherever the application put it. */
import { TteError } from '../../src/shared/errors.ts';
import { COPY_ADVICE } from './assets.ts';

const WASM = [0x00, 0x61, 0x73, 0x6d];
const GZIP = [0x1f, 0x8b];

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The binary's bytes as they arrive, uncompressed. Its first bytes tell whether it is compressed: hosts differ in the media type they
 * send, and some let the browser decompress it.
 * @throws TteError download-failed, with the URL and what to do
 */
export async function fetchBinary(url: string): Promise<ReadableStream<Bytes>> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw missing(url, `could not be fetched (${cause})`, cause);
  });
  if (!response.ok || !response.body) throw missing(url, `answers ${response.status}`);
  const { head, stream } = await peek(response.body);
  if (begins(head, WASM)) return stream;
  if (begins(head, GZIP)) return stream.pipeThrough(new DecompressionStream('gzip'));
  const isPage = new TextDecoder().decode(head).trimStart().startsWith('<');
  throw missing(
    url,
    isPage ? 'answers with a page of HTML: the file is not there' : 'is not a WebAssembly binary',
  );
}

/** The smallest module. */
const EMPTY = new Uint8Array([...WASM, 1, 0, 0, 0]);

/** @throws TteError unsupported: WebAssembly may not be compiled here */
export function requireWebAssembly(): void {
  try {
    new WebAssembly.Module(EMPTY);
  } catch (cause) {
    const advice =
      "The Content-Security-Policy of the page (or of the worker's script) forbids it: add 'wasm-unsafe-eval' to script-src.";
    throw new TteError('unsupported', `WebAssembly cannot be compiled (${cause}). ${advice}`, { cause });
  }
}

/** Compiles while the bytes arrive. @throws TteError download-failed | unsupported */
export async function compileBinary(url: string, stream: ReadableStream<Bytes>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compileStreaming(
      new Response(stream, { headers: { 'Content-Type': 'application/wasm' } }),
    );
  } catch (cause) {
    if (!(cause instanceof WebAssembly.CompileError))
      throw missing(url, `did not arrive whole (${cause})`, cause);
    throw new TteError('unsupported', `The runtime ${url} does not compile (${cause.message}).`, { cause });
  }
}

/** A stream's first bytes, at least four if it has as many, and a stream of all of them. A first piece that is long enough is not copied: it may be megabytes. */
async function peek(body: ReadableStream<Bytes>) {
  const reader = body.getReader();
  let head: Bytes = new Uint8Array(0);
  while (head.length < WASM.length) {
    const { value } = await reader.read();
    if (!value) break;
    head = head.length === 0 ? value : joined(head, value);
  }
  const stream = new ReadableStream<Bytes>({
    start: (controller) => controller.enqueue(head),
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { head, stream };
}

function joined(a: Bytes, b: Bytes): Bytes {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

const begins = (bytes: Uint8Array, magic: readonly number[]) => magic.every((byte, i) => bytes[i] === byte);

function missing(url: string, how: string, cause?: unknown): TteError {
  return new TteError('download-failed', `The runtime ${url} ${how}. ${COPY_ADVICE}.`, { cause });
}
