/** The demo, into build/demo: an application that takes the package from dist, as any user's bundler would. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { shared } from './scripts/build/vite-shared.ts';

export default defineConfig({
  ...shared,
  root: 'demo',
  publicDir: '../public',
  resolve: { alias: { 'think-then-embed': fileURLToPath(new URL('dist/index.js', import.meta.url)) } },
  build: { ...shared.build, outDir: '../build/demo' },
  worker: { format: 'es' },
});
