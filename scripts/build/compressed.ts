/** Compresses files for publication: as small as the format allows, and only once. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zstandard from '@bokuweb/zstd-wasm';
import { gzip } from 'libdeflate';

const CACHE = 'node_modules/.cache/think-then-embed';
/** Its search is thorough: 1 to 7 % less than zlib makes of the same. Higher levels take up to three times as long for 0.2 % more. */
const GZIP_LEVEL = 10;
/** The highest whose window is 8 MB: more is refused by browsers where a host sends the file with `Content-Encoding: zstd` (RFC 9659). */
const ZSTANDARD_LEVEL = 19;

/** The same whenever it is made. What was compressed before is taken from the cache. */
export function withGzip(source: Uint8Array): Buffer {
  const path = cachePath(source, `${GZIP_LEVEL}.gz`);
  return cached(path) ?? kept(path, gzip(source, GZIP_LEVEL));
}

/** As `withGzip`, for what `workers/runtime/zstandard.ts` unpacks: 29 % smaller. Takes 10 s of a core for each build of the runtime. */
export async function withZstandard(source: Uint8Array): Promise<Buffer> {
  const path = cachePath(source, `${ZSTANDARD_LEVEL}.zst`);
  const before = cached(path);
  if (before) return before;
  await zstandard.init();
  return kept(path, zstandard.compress(source, ZSTANDARD_LEVEL));
}

const cachePath = (source: Uint8Array, suffix: string) =>
  join(CACHE, `${createHash('sha256').update(source).digest('hex')}-${suffix}`);

function cached(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

function kept(path: string, made: Uint8Array): Buffer {
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, made);
  renameSync(unfinished, path); // whole or not there, also where two builds run at once
  return Buffer.from(made.buffer, made.byteOffset, made.length);
}
