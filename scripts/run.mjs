// Runs a TypeScript file of this repository, which Node 20 cannot do by itself: node scripts/run.mjs FILE [ARGS]
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

await runnerImport(resolve(process.argv[2]));
