import { readFileSync } from 'node:fs';

interface Manifest {
  exports: Record<string, string | { types: string; default: string }>;
  bin: Record<string, string>;
}

const { exports, bin } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const NODE = './node';

const named = (paths: readonly string[]) =>
  Object.fromEntries(
    paths.map((path) => {
      const name = path.replace(/^(?:\.\/)?dist\/(.+)\.js$/, '$1');
      return [name, `src/${name}.ts`];
    }),
  );

const defaults = (isWanted: (subpath: string) => boolean) =>
  Object.entries(exports).flatMap(([subpath, target]) =>
    typeof target === 'object' && isWanted(subpath) ? [target.default] : [],
  );

/** The package's entry points for pages, read off package.json: `dist/x.js` is made from `src/x.ts`. Key: `x`. */
export const entries = () => named(defaults((subpath) => subpath !== NODE));

/** Those for Node, the command among them. All lie in `dist/node/`. */
export const nodeEntries = () => named([...defaults((subpath) => subpath === NODE), ...Object.values(bin)]);
