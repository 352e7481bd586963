import { readFileSync } from 'node:fs';

interface Manifest {
  exports: Record<string, string | { types: string; default: string }>;
  bin: Record<string, string>;
}

const { exports, bin } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const NODE = './node';

const nameOf = (path: string) => path.replace(/^(?:\.\/)?dist\/(.+)\.js$/, '$1');

const named = (paths: readonly string[]) =>
  Object.fromEntries(paths.map((path) => [nameOf(path), `src/${nameOf(path)}.ts`]));

const defaults = (isWanted: (subpath: string) => boolean) =>
  Object.entries(exports).flatMap(([subpath, target]) =>
    typeof target === 'object' && isWanted(subpath) ? [target.default] : [],
  );

/** The package's entry points for pages, read off package.json: `dist/x.js` is made from `src/x.ts`. Key: `x`. */
export const entries = () => named(defaults((subpath) => subpath !== NODE));

/** Those for Node, the command among them. All lie in `dist/node/`. */
export const nodeEntries = () => named([...defaults((subpath) => subpath === NODE), ...Object.values(bin)]);

/** The source of each entry point, by what users import: `think-then-embed/ai-sdk`. */
export const sources = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(exports).flatMap(([subpath, target]) =>
      typeof target === 'object'
        ? [[`think-then-embed${subpath.slice(1)}`, `src/${nameOf(target.default)}.ts`]]
        : [],
    ),
  );
