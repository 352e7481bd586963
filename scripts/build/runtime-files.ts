/**
 * onnxruntime-web as a part of the worker's own script: what it would load at run time by names and ways that bundlers, minifiers and
 * hosts do not know is inlined or taken out. Only its two binaries stay files, compressed, with their hash in the name.
 */
import { createHash } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { withZstandard } from './compressed.ts';

const DIST = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/webgpu'));
const ID = 'virtual:runtime-files';
const BINARIES = {
  wasm: 'ort-wasm-simd-threaded.wasm',
  webgpu: 'ort-wasm-simd-threaded.jspi.wasm',
} as const;

/** What must be there, and what takes its place. */
type Change = readonly [RegExp, string];

/** Emscripten's glue: threads begin where we say, Node's modules are no concern of a browser's. */
const GLUE: readonly Change[] = [
  [/globalThis\.process\?\.versions\?\.node&&"renderer"!=globalThis\.process\?\.type/, 'false'],
  [/await import\("module"\)/, '{}'],
  [/\(?new URL\("ort-wasm-simd-threaded\.wasm",import\.meta\.url\)\)?\.href/, '""'],
  [/var isPthread=[\s\S]*$/, ''],
  [/import\.meta\.url/g, 'self.location.href'],
];
/** The WebGPU build's API with its glue: the binary is given to it, not fetched by it. */
const WEBGPU: readonly Change[] = [
  [
    /=(\w+)\.wasmBinary,\[([\s\S]*?)\{numThreads:(\w+)\}/,
    '=$1.wasmBinary,[$2{numThreads:$3,instantiateWasm:$1.instantiateWasm}',
  ],
  [/await import\(\/\*webpackIgnore:true\*\/ ?\/\*@vite-ignore\*\/(\w+)\)/, 'await Promise.reject($1)'],
  [/new URL\("ort-wasm-simd-threaded\.jspi\.wasm",import\.meta\.url\)\.href/g, '""'],
  [/globalThis\.self\?\.name\?\.startsWith\("em-pthread"\)/, 'false'],
  [/import\.meta\.url/g, 'self.location.href'],
];
const CHANGES: Readonly<Record<string, readonly Change[]>> = {
  'ort-wasm-simd-threaded.mjs': GLUE,
  'ort.jspi.bundle.min.mjs': WEBGPU,
};

const asset = (key: string, name: string, url: string) =>
  `export const ${key}Binary = { name: ${JSON.stringify(name)}, bundled: () => ${url} };`;

/** @param inDist whether this is the package's own build, whose files have their places */
export function runtimeFiles(inDist = false): Plugin {
  let serving = false;
  return {
    name: 'runtime-files',
    configResolved({ command }) {
      serving = command === 'serve';
    },
    resolveId(id) {
      if (id === ID) return `\0${ID}`;
      return id === 'virtual:ort-webgpu' ? join(DIST, 'ort.jspi.bundle.min.mjs') : null;
    },
    async load(id) {
      if (id !== `\0${ID}`) return null;
      const lines = Object.entries(BINARIES).map(async ([key, file]) => {
        const path = join(DIST, file);
        if (serving) return asset(key, file, JSON.stringify(`file://${path}`));
        const binary = readFileSync(path);
        const hash = createHash('sha256').update(binary).digest('hex').slice(0, 8);
        const name = `ort-${key}-${hash}.wasm.zst`;
        const source = await withZstandard(binary);
        const reference = this.emitFile({
          type: 'asset',
          source,
          ...(inDist ? { fileName: `runtime/${name}` } : { name }),
        });
        return asset(key, `runtime/${name}`, `import.meta.ROLLUP_FILE_URL_${reference}`);
      });
      return (await Promise.all(lines)).join('\n');
    },
    transform: {
      filter: { id: /onnxruntime-web[\\/]dist[\\/][^?]*\.mjs$/ },
      handler(code, id) {
        const changes = CHANGES[id.replace(/^.*[\\/]/, '')];
        if (!changes) return null;
        const changed = changes.reduce((text, [pattern, by]) => {
          if (text.search(pattern) < 0)
            this.error(`${id} no longer has ${pattern}: update the list of changes`);
          return text.replace(pattern, by);
        }, code);
        const left = /import\.meta|\bimport\(/.exec(changed);
        if (left)
          this.error(`${id} still loads something by itself: ${changed.slice(left.index, left.index + 80)}`);
        return { code: changed, map: null };
      },
    },
  };
}

/** In Node the runtime's glue stays a file as it is: it starts its threads by its own name. */
export function nodeGlue(): Plugin {
  const name = 'ort-wasm-simd-threaded.mjs';
  return { name: 'node-glue', writeBundle: () => cpSync(join(DIST, name), `dist/node/${name}`) };
}
