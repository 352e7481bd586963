import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import type { FileInfo } from '../../src/shared/descriptor.ts';

const ID = 'virtual:built-in-models';
/** The models that the package carries; others of public/models are packages of their own. */
export const BUILT_IN: readonly string[] = ['pico'];
/**
 * Smaller files are a part of the script: that saves requests, and bundlers would make `data:` URLs of them, which a page's
 * Content-Security-Policy may forbid to fetch.
 */
const INLINE_BYTES = 100_000;

/** Names the built-in models' files to the worker, one by one, so that a user's bundler finds them and takes them along. */
export function builtInModels(inDist = false): Plugin {
  return {
    name: 'built-in-models',
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load(id) {
      if (id !== `\0${ID}`) return null;
      const models = inDist ? BUILT_IN : [];
      const entries = models.map((model) => {
        const files: string[] = [];
        const texts: string[] = [];
        for (const [path, source] of packModel(join('public/models', model))) {
          const name = `models/${model}/${path}`;
          if (path.endsWith('.gz')) {
            const reference = this.emitFile({ type: 'asset', fileName: name, source });
            const bundled = `() => import.meta.ROLLUP_FILE_URL_${reference}`;
            const unpacked = path.replace(/\.gz$/, '');
            files.push(`${JSON.stringify(unpacked)}: { name: ${JSON.stringify(name)}, bundled: ${bundled} }`);
          } else texts.push(`${JSON.stringify(path)}: ${JSON.stringify(compact(source.toString()))}`);
        }
        return `${JSON.stringify(model)}: { texts: {${texts}}, files: {${files}} }`;
      });
      return `export const builtInModels = {${entries.join(',\n')}};`;
    },
    writeBundle() {
      if (inDist)
        for (const model of BUILT_IN) writeModel(join('public/models', model), `dist/models/${model}`);
    },
  };
}

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
function packModel(folder: string): Map<string, Buffer> {
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
    const content = gzipSync(source, { level: 9 });
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

const compact = (json: string) => JSON.stringify(JSON.parse(json));
