/** Files compressed as what is published needs them: as small as gzip allows, made once. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzip } from 'libdeflate';

const CACHE = 'node_modules/.cache/think-then-embed';
/** Its search is thorough: 1 to 7 % less than zlib makes of the same. Higher levels take up to three times as long for 0.2 % more. */
const LEVEL = 10;

/** Compressed with gzip, the same whenever it is made. What was compressed before is taken from the cache. */
export function compressed(source: Uint8Array): Buffer {
  const path = join(CACHE, `${createHash('sha256').update(source).digest('hex')}-${LEVEL}.gz`);
  try {
    return readFileSync(path);
  } catch {
    const made = gzip(source, LEVEL);
    mkdirSync(CACHE, { recursive: true });
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, made);
    renameSync(unfinished, path); // whole or not there, also where two builds run at once
    return Buffer.from(made.buffer, made.byteOffset, made.length);
  }
}
