/** Emits the types and puts those that the entry points reach into dist/types. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entries } from './entries.ts';
import { isPeer } from './peers.ts';

/** Not in the examples of docstrings. */
const SPECIFIER = /(?<!^ *\*.*)(from |import\(|import )(['"])([^'"]+)\2/gm;
/** Arrays are generic from TypeScript 5.7 on. This is the same type there, and the plain one before. */
const GENERIC_ARRAY = /\b(Float32Array|Uint8Array|Uint8ClampedArray)<ArrayBuffer>/g;
const seen = new Set<string>();

execFileSync('tsc', ['-b', 'tsconfig.page.json', 'tsconfig.node.json'], { stdio: 'inherit' });
for (const source of Object.values({ ...entries(), node: 'src/node/index.ts' })) take(source);

/** Copies the declaration of one source file, and of what it imports. */
function take(source: string): void {
  if (seen.has(source)) return;
  seen.add(source);
  const name = source.replace(/\.ts$/, '.d.ts');
  const emitted = ['build/types/page', 'build/types/shared', 'build/types/node']
    .map((folder) => join(folder, name))
    .find(existsSync);
  if (!emitted) throw new Error(`no declaration was emitted for ${source}`);
  const text = readFileSync(emitted, 'utf8').replace(SPECIFIER, (whole, lead, quote, specifier: string) => {
    if (isPeer(specifier)) return whole;
    // The package has no dependencies, so its types cannot name one either.
    if (!specifier.startsWith('.')) throw new Error(`${source}: its public types import ${specifier}`);
    take(join(dirname(source), specifier));
    return `${lead}${quote}${specifier.replace(/\.ts$/, '.js')}${quote}`;
  });
  const compatible = text.replace(GENERIC_ARRAY, 'ReturnType<typeof $1.from>');
  const target = join('dist/types', name.replace(/^src\//, ''));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, compatible);
}
