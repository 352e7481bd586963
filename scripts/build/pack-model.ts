/** Model folders as they are published: the larger files compressed, since many hosts do not do it. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileInfo } from '../../src/shared/descriptor.ts';
import { withGzip } from './compressed.ts';

/**
 * Smaller files are a part of a script: that saves requests, and bundlers would make `data:` URLs of them, which a page's
 * Content-Security-Policy may forbid to fetch.
 */
const INLINE_BYTES = 100_000;

/** Writes a model folder as it is published. */
export function writeModel(from: string, to: string): void {
  for (const [path, source] of packModel(from)) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), source);
  }
}

/**
 * A model folder's files by path, the large ones compressed, since many hosts do not do it: `tte.json` says which.
 * Each is the same whenever it is made.
 */
export function packModel(folder: string): Map<string, Buffer> {
  const packed = new Map<string, Buffer>();
  const descriptor = JSON.parse(readFileSync(join(folder, 'tte.json'), 'utf8')) as {
    files: Record<string, FileInfo>;
  };
  for (const path of filesOf(folder)) {
    const source = readFileSync(join(folder, path));
    const info = descriptor.files[path];
    if (source.length < INLINE_BYTES || !info) {
      packed.set(path, source);
      continue;
    }
    const content = withGzip(source);
    packed.set(`${path}.gz`, content);
    info.gzip = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  }
  return packed.set('tte.json', Buffer.from(`${JSON.stringify(descriptor, null, 1)}\n`));
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

/** JSON without spaces. */
export const compact = (json: string) => JSON.stringify(JSON.parse(json));
