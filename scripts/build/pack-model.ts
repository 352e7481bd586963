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
  const bases = new Map<string, Buffer>();
  for (const path of filesOf(folder)) {
    const source = readFileSync(join(folder, path));
    const info = descriptor.files[path];
    if (source.length < INLINE_BYTES || !info) {
      packed.set(path, source);
      continue;
    }
    const { content, base } = compressed(source, bases);
    if (base === undefined) bases.set(path, source);
    packed.set(`${path}.gz`, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    info.gzip = { bytes: content.length, sha256, ...(base !== undefined && { base }) };
  }
  return packed.set('tte.json', Buffer.from(`${JSON.stringify(descriptor, null, 1)}\n`));
}

/** The smallest form: the file itself, or its difference from one of `bases` of the same length, as where one was trained from the other. */
function compressed(source: Buffer, bases: ReadonlyMap<string, Buffer>): { content: Buffer; base?: string } {
  let best: { content: Buffer; base?: string } = { content: withGzip(source) };
  for (const [base, other] of bases) {
    if (other.length !== source.length) continue;
    const content = withGzip(source.map((byte, i) => byte - (other[i] as number)));
    if (content.length < best.content.length) best = { content, base };
  }
  return best;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

/** JSON without spaces. */
export const compact = (json: string) => JSON.stringify(JSON.parse(json));
