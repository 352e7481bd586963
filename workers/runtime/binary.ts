/** The runtime's compiled core, from wherever the application put it. */
import { TteError } from '../../src/shared/errors.ts';
import { COPY_ADVICE } from './assets.ts';
import { isZstandard, unpackZstandard } from './zstandard.ts';

const WASM = [0x00, 0x61, 0x73, 0x6d];

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The binary's bytes, unpacked. Its first bytes tell whether it is compressed: hosts differ in the media type they send, and some
 * let the browser decompress it.
 * @throws TteError download-failed, with the URL and what to do
 */
export async function fetchBinary(url: string): Promise<Bytes> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw missing(url, `could not be fetched (${cause})`, cause);
  });
  if (!response.ok) throw missing(url, `answers ${response.status}`);
  const cutOff = (cause: unknown): never => {
    throw missing(url, `did not arrive whole (${cause})`, cause);
  };
  const bytes = new Uint8Array(await response.arrayBuffer().catch(cutOff));
  if (begins(bytes, WASM)) return bytes;
  if (isZstandard(bytes)) return unpackZstandard(bytes).catch(cutOff);
  const isPage = new TextDecoder().decode(bytes.subarray(0, 100)).trimStart().startsWith('<');
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

/** @throws TteError unsupported: the engine rejects it */
export async function compileBinary(url: string, bytes: Bytes): Promise<WebAssembly.Module> {
  return WebAssembly.compile(bytes).catch((cause: Error) => {
    throw new TteError('unsupported', `The runtime ${url} does not compile (${cause.message}).`, { cause });
  });
}

const begins = (bytes: Uint8Array, magic: readonly number[]) => magic.every((byte, i) => bytes[i] === byte);

function missing(url: string, how: string, cause?: unknown): TteError {
  return new TteError('download-failed', `The runtime ${url} ${how}. ${COPY_ADVICE}.`, { cause });
}
