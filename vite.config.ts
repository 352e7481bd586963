/** The package: dist/index.js, further entry points, and the worker with everything it needs. Also the unit tests. */
import { defineConfig } from 'vitest/config';
import { builtInModels } from './scripts/build/built-in-models.ts';
import { entries } from './scripts/build/entries.ts';
import { literalWorkerUrl } from './scripts/build/literal-worker-url.ts';
import { noticed } from './scripts/build/noticed.ts';
import { isPeer } from './scripts/build/peers.ts';
import { shared } from './scripts/build/vite-shared.ts';

export default defineConfig({
  ...shared,
  plugins: [literalWorkerUrl(), noticed(), builtInModels()],
  publicDir: false,
  build: {
    ...shared.build,
    outDir: 'dist',
    rolldownOptions: {
      input: entries(),
      external: isPeer,
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' }, // beside the entries: the worker's URL is relative to both
    },
  },
  worker: {
    ...shared.worker,
    plugins: () => [...shared.worker.plugins(), noticed()],
    rolldownOptions: {
      output: {
        // Only the worker's own name is fixed, since bundlers look for it. What it loads is named by content, so that a cached file of
        // another version is never taken for this one's.
        entryFileNames: ({ name }) => (name === 'host' ? 'worker/[name].js' : 'worker/[name]-[hash].js'),
        chunkFileNames: 'worker/[name]-[hash].js',
        assetFileNames: 'worker/[name]-[hash][extname]',
      },
    },
  },
  test: {
    include: ['{src,workers,scripts,e2e/harness,bench,eval}/**/*.test.ts'],
    environment: 'node',
    isolate: false, // one runtime for many files: half the time. Tests put back what they change
    testTimeout: 60_000, // a busy machine is slow, not wrong
  },
});
