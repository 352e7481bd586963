/** The package's worker, with everything it runs in one file, and the files it fetches. Comes first: it empties dist. */
import { defineConfig } from 'vite';
import { builtInModels } from './scripts/build/built-in-models.ts';
import { noticed } from './scripts/build/noticed.ts';
import { plainUrls } from './scripts/build/plain-urls.ts';
import { runtimeFiles } from './scripts/build/runtime-files.ts';
import { shared } from './scripts/build/vite-shared.ts';
import { zstandardDecoder } from './scripts/build/zstandard-decoder.ts';

export default defineConfig({
  ...shared,
  plugins: [runtimeFiles(true), zstandardDecoder(), builtInModels(true), noticed(), plainUrls('dist')],
  publicDir: false,
  build: {
    ...shared.build,
    outDir: 'dist',
    lib: { entry: { 'worker/host': 'workers/host.ts' }, formats: ['es'] }, // as a library: no preloading of a page's chunks
    rolldownOptions: {
      // Bundlers of users make what they like of a worker's script; of one that imports nothing they all make the same.
      output: { entryFileNames: '[name].js', codeSplitting: false, minify: true },
    },
  },
});
