import { readFileSync } from 'node:fs';

interface Manifest {
  exports: Record<string, string | { types: string; default: string }>;
}

/** The package's entry points, read off package.json: `dist/x.js` is made from `src/x.ts`. Key: `x`. */
export function entries(): Record<string, string> {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  const names = Object.values(exports)
    .filter((target) => typeof target === 'object')
    .map((target) => target.default.replace(/^\.\/dist\/(.+)\.js$/, '$1'));
  return Object.fromEntries(names.map((name) => [name, `src/${name}.ts`]));
}
