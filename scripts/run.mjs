// Runs a TypeScript file of this repository in Node 20, which cannot do it by itself: node scripts/run.mjs FILE [ARGS]
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

await runnerImport(resolve(process.argv[2]));
