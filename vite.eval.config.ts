/** The evaluation's page, into build/eval. */
import { defineConfig } from 'vite';
import { shared } from './scripts/build/vite-shared.ts';

export default defineConfig({
  ...shared,
  root: 'eval/page',
  publicDir: false,
  build: { ...shared.build, outDir: '../../build/eval', rolldownOptions: { input: 'eval/page/page.html' } },
});
