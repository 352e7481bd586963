import { defaultClientConditions, type Plugin, type UserConfig } from 'vite';
import { builtInModels } from './built-in-models.ts';
import { runtimeFiles } from './runtime-files.ts';
import { zstandardDecoder } from './zstandard-decoder.ts';

const CDN = /`https:\/\/cdn\.jsdelivr\.net\/npm\/onnxruntime-web@[^`]*`/g;

/** transformers.js names a CDN as the default location of the runtime. We always pass the location, so the name is removed. */
function withoutCdn(): Plugin {
  return {
    name: 'without-cdn',
    transform: {
      filter: { id: /@huggingface\/transformers\/dist\// },
      handler(code) {
        if (code.search(CDN) < 0)
          this.error('transformers.js no longer names the CDN this way: update the pattern');
        return { code: code.replace(CDN, "'./'"), map: null };
      },
    },
  };
}

/** Common to all builds: relative URLs (any sub-path works), ES workers, no file inlined. */
export const shared = {
  base: './',
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  build: { target: 'es2022', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: false },
  worker: {
    format: 'es',
    plugins: () => [withoutCdn(), runtimeFiles(), zstandardDecoder(), builtInModels()],
  },
} satisfies UserConfig;
