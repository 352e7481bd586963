/** The package in Node: dist/node.js and the command, over the runtime's files that the worker's build has put there. */
import { defineConfig } from 'vite';
import { nodeEntries } from './scripts/build/entries.ts';
import { noticed } from './scripts/build/noticed.ts';

export default defineConfig({
  plugins: [noticed()],
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
