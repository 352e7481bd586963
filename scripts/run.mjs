// Runs a TypeScript file of this repository, which Node 20 cannot do by itself: node scripts/run.mjs FILE [ARGS]
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

// What src/node imports is made by this plugin.
const plugin = fileURLToPath(new URL('build/zstandard-decoder.ts', import.meta.url));
const { zstandardDecoder } = (await runnerImport(plugin)).module;
await runnerImport(resolve(process.argv[2]), { plugins: [zstandardDecoder()] });
