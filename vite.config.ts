/** The package: dist/index.js, further entry points, and the worker with everything it needs. Also the unit tests. */
import { defineConfig } from 'vitest/config';
import { shared } from './scripts/vite-shared.ts';

export default defineConfig({
  ...shared,
  publicDir: 'public',
  build: {
    ...shared.build,
    outDir: 'dist',
    rolldownOptions: {
      input: { index: 'src/index.ts' },
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
  worker: {
    format: 'es',
    rolldownOptions: {
      output: {
        entryFileNames: 'worker/[name].js',
        chunkFileNames: 'worker/[name].js',
        assetFileNames: 'worker/[name][extname]',
      },
    },
  },
  test: {
    include: ['{src,workers,scripts,e2e/harness,bench}/**/*.test.ts'],
    environment: 'node',
  },
});
