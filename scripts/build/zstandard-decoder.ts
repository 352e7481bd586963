/** zstddec's compiled decoder without its loader, which fetches it from a `data:` URL: pages may forbid that (`connect-src 'self'`). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const ID = 'virtual:zstandard-decoder';
/** The one string of its length: the binary in base64. */
const BINARY = /"([A-Za-z0-9+/]{10000,}={0,2})"/;

export function zstandardDecoder(): Plugin {
  const file = createRequire(import.meta.url).resolve('zstddec');
  return {
    name: 'zstandard-decoder',
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load(id) {
      if (id !== `\0${ID}`) return null;
      const [, binary] = BINARY.exec(readFileSync(file, 'utf8')) ?? [];
      if (!binary) return this.error(`${file} no longer holds its binary this way: update the pattern`);
      return `export const decoderBinary = ${JSON.stringify(binary)};`;
    },
  };
}
