// Compiles use.ts as projects do: with the least TypeScript, one from before typed arrays were generic, and current ones.
import { execFileSync } from 'node:child_process';

const STRICT = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2022,dom', '--typeRoots', 'none'];
const RESOLUTIONS = {
  node: ['--module', 'esnext', '--moduleResolution', 'node'],
  node16: ['--module', 'node16', '--moduleResolution', 'node16'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
};

for (const version of ['5.2', '5.5', '5.9', '7']) {
  for (const [resolution, options] of Object.entries(RESOLUTIONS)) {
    if (version === '7' && resolution === 'node') continue; // no longer known there
    for (const libraries of [[], ['--skipLibCheck']]) {
      const config = version === '7' ? ['--ignoreConfig'] : [];
      const tsc = `node_modules/typescript-${version}/bin/tsc`;
      const args = [tsc, ...config, ...STRICT, ...options, ...libraries, 'use.ts'];
      try {
        execFileSync('node', args, { encoding: 'utf8' });
      } catch (error) {
        throw new Error(`TypeScript ${version}, ${resolution} ${libraries}: ${error.stdout}`);
      }
    }
  }
}
