/** Extracts the TypeScript examples of README and docs as modules that a compiler can check. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Snippet {
  /** `docs/guide.md:13` */
  where: string;
  language: 'ts' | 'tsx';
  code: string;
}

const BLOCK = /^```(tsx?)\n(.*?)^```$/gms;

/** The code blocks of the guide form one program. */
const PROGRAM = 'docs/guide.md';

/** All `ts` and `tsx` blocks of one Markdown file, in order. */
function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(BLOCK)].map(({ index, 1: language, 2: code }) => ({
    where: `${file}:${text.slice(0, index).split('\n').length + 1}`,
    language: language as Snippet['language'],
    code: code as string,
  }));
}

/** The examples of README and all pages of docs/. */
export function allSnippets(): Snippet[] {
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));
  const files = ['README.md', ...pages.map((name) => join('docs', name))];
  return files.flatMap((file) => (file === PROGRAM ? [guide()] : snippetsOf(file)));
}

/** The guide's code blocks as one module. */
export function guide(): Snippet {
  const code = snippetsOf(PROGRAM).map((snippet) => snippet.code);
  return { where: PROGRAM, language: 'ts', code: code.join('\n') };
}
