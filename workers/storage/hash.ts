/** SHA-256, incremental and of whole values. */
import { createSHA256, type IHasher } from 'hash-wasm';

/**
 * Incremental hasher. WebCrypto cannot hash streams, and a weight file must not be held in memory just to be hashed.
 * `save()` and `load()` preserve the state of an interrupted download.
 */
export const createHasher = (): Promise<IHasher> => createSHA256();

let shared: Promise<IHasher> | undefined;

/**
 * SHA-256 in lower-case hex. Large values are hashed by WebCrypto, which is native and off this thread; small ones (cache keys)
 * are faster without its round trip. Insecure contexts have no WebCrypto.
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

/** SHA-256 of the UTF-8 encoding, in lower-case hex. */
export function sha256Text(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
