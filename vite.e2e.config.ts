/** The test page and its probe worker, into build/e2e. */
import { defineConfig } from 'vite';
import { shared } from './scripts/build/vite-shared.ts';

export default defineConfig({
  ...shared,
  root: 'e2e/harness',
  publicDir: false,
  build: {
    ...shared.build,
    outDir: '../../build/e2e',
    minify: false,
    rolldownOptions: { input: 'e2e/harness/page.html' },
  },
});
