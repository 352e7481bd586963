import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sources } from './build/entries.ts';
import { docstringExamples } from './docstring-examples.ts';
import { allSnippets, documents } from './snippets.ts';

const FOLDER = 'build/snippets';

/** Declarations that examples may use without introducing them. */
const GIVEN = `
import type { Embedder, VectorIndex } from 'think-then-embed';
declare global {
  const tte: Embedder;
  const embedder: Embedder;
  const index: VectorIndex;
  const file: File;
  const vector: Float32Array;
  const files: File[];
  const pdf: File;
  const model: import('ai').LanguageModel;
  function show(...what: unknown[]): void;
  const text: string;
  const token: string;
  function tokenFor(url: string): Promise<string>;
  function sign(url: string): Promise<string>;
}
`;

/** Packages that `npm run packages` writes. */
const PACKAGES = `
declare module 'think-then-embed-pico-s' {
  export const picoS: import('think-then-embed').PackagedModel;
}
`;
/** What the sources of the entry for Node import from the build. */
const AMBIENT = ['platform/browser/virtual', 'runtime/runtime-files'].map(
  (name) => `../../workers/${name}.d.ts`,
);

test('every script in README and docs is an example that is checked', () => {
  const others = documents().flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(
        /^\s*(?:```+|~~~+)\s*(?:[cm]?[jt]s|javascript|typescript|[jt]sx)\b.*/gim,
      ),
    ]
      .map(([fence]) => fence)
      .filter((fence) => !/^\n*```tsx?$/.test(fence))
      .map((fence) => `${file}: ${fence.trim()}`),
  );
  expect(others, 'begin scripts with ```ts or ```tsx alone, at the start of a line').toEqual([]);
});

test('every example in README, docs and docstrings compiles against the types', () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const snippets = allSnippets();
  expect(snippets.length).toBeGreaterThan(10);
  expect(new Set(snippets.map(({ file }) => file)).size, 'names of files').toBe(snippets.length);
  for (const { file, code } of snippets) writeFileSync(join(FOLDER, file), `${code}\nexport {};\n`);
  const examples = docstringExamples('../..').map(({ where, code }) => {
    const file = `${where.replaceAll(/[^\w]+/g, '-')}.ts`;
    writeFileSync(join(FOLDER, file), `${code}\nexport {};\n`);
    return file;
  });
  expect(examples.length).toBeGreaterThan(20);
  writeFileSync(join(FOLDER, 'given.ts'), GIVEN);
  writeFileSync(join(FOLDER, 'packages.d.ts'), PACKAGES);
  const paths = Object.entries(sources()).map(([specifier, source]) => [specifier, [`../../${source}`]]);
  const options = {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      composite: false,
      emitDeclarationOnly: false,
      noEmit: true,
      noUnusedLocals: false,
      noUnusedParameters: false,
      lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
      types: ['node', 'vite/client', '@webgpu/types'],
      jsx: 'react-jsx',
      jsxImportSource: 'react',
      paths: Object.fromEntries(paths),
    },
    files: ['given.ts', 'packages.d.ts', ...AMBIENT, ...snippets.map(({ file }) => file), ...examples],
  };
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(options));
  let errors = '';
  try {
    execFileSync('npx', ['tsc', '-p', FOLDER], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    errors = (error as { stdout: string }).stdout;
  }
  expect(errors).toBe('');
});
