/** The package in Node: dist/node/ with the command, over the runtime's binary that the worker's build has put there. */
import { defineConfig } from 'vite';
import { nodeEntries } from './scripts/build/entries.ts';
import { noticed } from './scripts/build/noticed.ts';
import { nodeGlue } from './scripts/build/runtime-files.ts';
import { zstandardDecoder } from './scripts/build/zstandard-decoder.ts';

export default defineConfig({
  plugins: [zstandardDecoder(), noticed(), nodeGlue()],
  publicDir: false,
  ssr: { noExternal: true }, // what users install is what was tested
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist',
    emptyOutDir: false,
    minify: true,
    rolldownOptions: {
      input: nodeEntries(),
      output: { entryFileNames: '[name].js', chunkFileNames: 'node/[name].js' },
    },
  },
});
