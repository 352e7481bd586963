/** The demo, into build/demo: an application that takes the package from dist, as any user's bundler would. */
import { defineConfig } from 'vite';
import { shared } from './scripts/vite-shared.ts';

export default defineConfig({
  ...shared,
  root: 'demo',
  publicDir: '../public',
  resolve: { alias: { 'think-then-embed': new URL('dist/index.js', import.meta.url).pathname } },
  build: { ...shared.build, outDir: '../build/demo' },
  worker: { format: 'es' },
});
