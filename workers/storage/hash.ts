/** SHA-256, in the two forms that are needed. */
import { createSHA256, type IHasher } from 'hash-wasm';

/**
 * Incremental: WebCrypto has no streaming digest, and a weight file must never be whole in memory just to be hashed.
 * `save()` and `load()` keep the state of an interrupted download.
 */
export const createHasher = (): Promise<IHasher> => createSHA256();

let shared: Promise<IHasher> | undefined;

/**
 * Digest of bytes at hand, lower-case hex. Large ones go to WebCrypto, which is native and off this thread; small ones
 * (cache keys) are faster without its round trip, and so are all where WebCrypto is missing (an insecure context).
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const isLarge = bytes.byteLength > 16_384 || typeof WebAssembly === 'undefined'; // as in Safari's Lockdown Mode
  if (isLarge && globalThis.crypto?.subtle) {
    return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  }
  shared ??= createHasher().catch((error) => {
    shared = undefined;
    throw error;
  });
  return (await shared).init().update(bytes).digest('hex');
}

/** Digest of text as UTF-8. */
export function sha256Text(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
