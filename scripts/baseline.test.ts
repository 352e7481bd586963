/** The package supports every browser with WASM SIMD and module workers, so its sources use nothing newer than ES2022. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const NEWER = [
  /\.(toSorted|toReversed|toSpliced|findLast|findLastIndex|isWellFormed|toWellFormed)\(/,
  /\b(Promise\.(withResolvers|try)|Array\.fromAsync|(Object|Map)\.groupBy|AbortSignal\.any|Iterator\.from)\b/,
  /\.(values|keys|entries)\(\)\s*\.(map|filter|take|drop|flatMap|reduce|toArray|forEach|some|every|find)\(/,
  /\.(union|intersection|difference|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)\(/,
  /\b(Symbol\.(asyncD|d)ispose|Float16Array|Uint8Array\.fromBase64)\b/,
];

/** Uses newer features after checking that the engine has them. */
const DETECTS = join('src', 'client', 'disposable.ts');

test('sources use nothing newer than ES2022', () => {
  const files = ['src', 'workers'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|[\\/]node[\\/]/.test(path)),
  );
  const found = files
    .filter((path) => path !== DETECTS)
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => NEWER.some((pattern) => pattern.test(line)))
        .map((line) => `${path}: ${line.trim()}`),
    );
  expect(files.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
