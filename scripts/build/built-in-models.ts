import { join } from 'node:path';
import type { Plugin } from 'vite';
import { compact, packModel, writeModel } from './pack-model.ts';

const ID = 'virtual:built-in-models';
/** The models that the package carries; others of public/models are packages of their own. */
export const BUILT_IN: readonly string[] = ['pico'];

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
