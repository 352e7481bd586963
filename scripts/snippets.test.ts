import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sources } from './build/entries.ts';
import { allSnippets } from './snippets.ts';

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
  const model: import('ai').LanguageModel;
  function show(...what: unknown[]): void;
}
`;

test('every example in README and docs compiles against the types', () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const snippets = allSnippets();
  expect(snippets.length).toBeGreaterThan(10);
  const names = snippets.map(({ where, language, code }) => {
    const name = `${where.replaceAll(/[^\w]+/g, '-')}.${language}`;
    writeFileSync(join(FOLDER, name), `${code}\nexport {};\n`);
    return name;
  });
  writeFileSync(join(FOLDER, 'given.ts'), GIVEN);
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
    files: ['given.ts', ...names],
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
