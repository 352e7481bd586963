/** The demo, into build/demo: an application that takes the package from dist, as any user's bundler would. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { precache } from './scripts/build/precache.ts';
import { shared } from './scripts/build/vite-shared.ts';

export default defineConfig({
  ...shared,
  root: 'demo',
  publicDir: '../public',
  plugins: [precache(fileURLToPath(new URL('build/demo', import.meta.url)), /^models\//)],
  resolve: { alias: { 'think-then-embed': fileURLToPath(new URL('dist/index.js', import.meta.url)) } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    ...shared.build,
    outDir: '../build/demo',
    rolldownOptions: {
      input: { index: 'demo/index.html', sw: 'demo/sw.worker.ts' },
      // A service worker must keep its name, and lie at the top to see all of the page.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  worker: { format: 'es' },
});
