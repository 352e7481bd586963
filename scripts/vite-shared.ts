import { defaultClientConditions, type UserConfig } from 'vite';

/** Common to all builds: relative URLs (any sub-path works), ES workers, the runtime's glue as files and not inlined. */
export const shared = {
  base: './',
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  build: { target: 'es2022', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: false },
} satisfies UserConfig;
