/** The package's page side: dist/index.js and further entry points, beside the worker. Also the unit tests. */
import { defineConfig } from 'vitest/config';
import { builtInModels } from './scripts/build/built-in-models.ts';
import { entries } from './scripts/build/entries.ts';
import { noticed } from './scripts/build/noticed.ts';
import { isPeer } from './scripts/build/peers.ts';
import { plainUrls } from './scripts/build/plain-urls.ts';
import { runtimeFiles } from './scripts/build/runtime-files.ts';
import { shared } from './scripts/build/vite-shared.ts';
import { zstandardDecoder } from './scripts/build/zstandard-decoder.ts';

export default defineConfig({
  ...shared,
  plugins: [runtimeFiles(), zstandardDecoder(), builtInModels(), noticed(), plainUrls('dist')],
  publicDir: false,
  build: {
    ...shared.build,
    outDir: 'dist',
    emptyOutDir: false, // the worker is there already
    lib: { entry: entries(), formats: ['es'] },
    rolldownOptions: {
      external: isPeer,
      // Chunks lie beside the entries: the worker's URL is relative to both.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', minify: true },
    },
  },
  test: {
    include: ['{src,workers,scripts,e2e/harness,bench,eval,demo}/**/*.test.ts'],
    environment: 'node',
    isolate: false, // one runtime for many files: half the time. Tests put back what they change
    setupFiles: ['scripts/real-timers.ts'],
    testTimeout: 60_000, // a busy machine is slow, not wrong
  },
});
