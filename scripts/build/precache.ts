import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Tells the service worker which files the page consists of: replaces `__FILES__` in sw.js by
 * `{ path: [hash, bytes] }`. Every change of a file so changes sw.js, which is how a browser learns of a new version.
 *
 * @param other paths the page has no use for by itself
 */
export function precache(folder: string, other: RegExp): Plugin {
  return {
    name: 'precache',
    writeBundle() {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'sw.js')
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
        .filter((path) => !other.test(path))
        .sort();
      const listed = files.map((path) => {
        const content = readFileSync(join(folder, path));
        const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
        return [path, [hash, content.byteLength]];
      });
      const worker = join(folder, 'sw.js');
      const code = readFileSync(worker, 'utf8');
      if (!code.includes('__FILES__')) this.error('sw.js has no place for the list of files');
      writeFileSync(worker, code.replace('__FILES__', JSON.stringify(Object.fromEntries(listed))));
    },
  };
}
