/** The test page and its probe worker, into build/e2e. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { shared } from './scripts/build/vite-shared.ts';

export default defineConfig({
  ...shared,
  root: 'e2e/harness',
  publicDir: false,
  resolve: {
    ...shared.resolve,
    // As a user's bundler finds it.
    alias: {
      'think-then-embed/transformers': fileURLToPath(
        new URL('dist/transformers/transformers.js', import.meta.url),
      ),
    },
  },
  build: {
    ...shared.build,
    outDir: '../../build/e2e',
    minify: false,
    rolldownOptions: { input: 'e2e/harness/page.html' },
  },
});
