import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

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
        for (const path of filesOf(model)) {
          const name = `models/${model}/${path}`;
          const source = readFileSync(join('public', name));
          if (source.length < INLINE_BYTES) {
            texts.push(`${JSON.stringify(path)}: ${JSON.stringify(compact(source.toString()))}`);
          } else {
            const reference = this.emitFile({ type: 'asset', fileName: name, source });
            const bundled = `() => import.meta.ROLLUP_FILE_URL_${reference}`;
            files.push(`${JSON.stringify(path)}: { name: ${JSON.stringify(name)}, bundled: ${bundled} }`);
          }
        }
        return `${JSON.stringify(model)}: { texts: {${texts}}, files: {${files}} }`;
      });
      return `export const builtInModels = {${entries.join(',\n')}};`;
    },
    writeBundle() {
      if (inDist)
        for (const model of BUILT_IN)
          cpSync(`public/models/${model}`, `dist/models/${model}`, { recursive: true });
    },
  };
}

function filesOf(model: string): string[] {
  const folder = join('public/models', model);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

const compact = (json: string) => JSON.stringify(JSON.parse(json));
