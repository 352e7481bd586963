/** Extracts the TypeScript examples of README and docs as modules that a compiler can check and a page can run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Snippet {
  /** `docs/guide.md:13` */
  where: string;
  language: 'ts' | 'tsx';
  code: string;
  /** What runs it: a page, Node, or a page's worker whose script it is. */
  runsIn: 'page' | 'node' | 'worker';
  /** Its file's name; that of a worker's script stands in its first line. */
  file: string;
}

const BLOCK = /^```(tsx?)\n(.*?)^```$/gms;
const WORKER = /^\/\/ ([\w-]+\.worker\.ts)\b/;
const NODE = /^import .* from '(?:node:|think-then-embed\/node')/m;

/** The code blocks of the guide form one program. */
const PROGRAM = 'docs/guide.md';

/** All `ts` and `tsx` blocks of one Markdown file, in order. */
function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(BLOCK)].map(({ index, 1: language, 2: code }) =>
    snippet(
      `${file}:${text.slice(0, index).split('\n').length + 1}`,
      language as Snippet['language'],
      code as string,
    ),
  );
}

/** README and the pages of docs/. */
export function documents(): string[] {
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));
  return ['README.md', ...pages.map((name) => join('docs', name))];
}

/** The examples of all of them. */
export function allSnippets(): Snippet[] {
  return documents().flatMap((file) => (file === PROGRAM ? [guide()] : snippetsOf(file)));
}

/** The guide's code blocks as one module. */
function guide(): Snippet {
  const code = snippetsOf(PROGRAM).map((snippet) => snippet.code);
  return snippet(PROGRAM, 'ts', code.join('\n'));
}

function snippet(where: string, language: Snippet['language'], code: string): Snippet {
  const worker = WORKER.exec(code)?.[1];
  return {
    where,
    language,
    code,
    runsIn: worker ? 'worker' : NODE.test(code) ? 'node' : 'page',
    file: worker ?? `${where.replaceAll(/[^\w]+/g, '-')}.${language}`,
  };
}
