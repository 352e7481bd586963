/** The benchmark page, into build/bench. */
import { defineConfig } from 'vite';
import { shared } from './scripts/build/vite-shared.ts';

export default defineConfig({
  ...shared,
  root: 'bench',
  publicDir: false,
  build: {
    ...shared.build,
    outDir: '../build/bench',
    rolldownOptions: {
      input: { page: 'bench/page.html', counted: 'bench/counted.worker.ts' },
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: ({ name }) => (name === 'counted' ? 'counted.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
