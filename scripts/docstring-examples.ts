/** Extracts the examples in docstrings of the sources as modules that a compiler can check. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DocstringExample {
  /** `src/client/types.ts:99` */
  where: string;
  /** With imports of what it uses of the main entry and of its own module; it imports the rest itself. */
  code: string;
}

const DOCSTRING = /\/\*\*.*?\*\//gs;
const EXAMPLE = /^[ ]*\* @example\n(.*?)(?=^[ ]*\* @|^[ ]*\*\/)/gms;
const SOURCES = 'src';
const MAIN = 'src/index.ts';

interface Exported {
  name: string;
  isType: boolean;
  from: string;
}

/** All but those in HTML. @param root from the modules' folder to the repository, such as `../..` */
export function docstringExamples(root: string): DocstringExample[] {
  const main = reexportedBy(MAIN);
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(SOURCES, file));
  return files.sort().flatMap((file) => {
    const own = exportsOf(file, `${root}/${file}`);
    const known = [...own, ...main.filter(({ name }) => !own.some((one) => one.name === name))];
    return examplesIn(file).map(({ where, code }) => ({
      where,
      code: `${importsFor(code, known)}\n${code}`,
    }));
  });
}

function examplesIn(file: string): DocstringExample[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(DOCSTRING)].flatMap(({ index, 0: docstring }) =>
    [...docstring.matchAll(EXAMPLE)].flatMap(({ index: at, 1: body }) => {
      const code = (body as string).replace(/^ *\* ?/gm, '');
      const line = text.slice(0, index + at).split('\n').length;
      return code.startsWith('<') ? [] : [{ where: `${file}:${line}`, code }];
    }),
  );
}

function importsFor(code: string, known: readonly Exported[]): string {
  const imported = [...code.matchAll(/^import .*$/gm)].join('\n');
  return known
    .filter(({ name }) => new RegExp(String.raw`(?<![\w.'"/-])${name}\b(?!:)`).test(code))
    .filter(({ name }) => !new RegExp(String.raw`\b${name}\b`).test(imported))
    .map(({ name, isType, from }) => `import ${isType ? 'type ' : ''}{ ${name} } from '${from}';`)
    .join('\n');
}

function exportsOf(file: string, from: string): Exported[] {
  const declared = readFileSync(file, 'utf8').matchAll(
    /^export (?:declare )?(?:async )?(?:abstract )?(function|class|const|interface|type) (\w+)/gm,
  );
  const kinds = new Map([...declared].map(([, kind, name]) => [name as string, kind])); // overloads have one name
  return [...kinds].map(([name, kind]) => ({
    name,
    isType: kind === 'interface' || kind === 'type',
    from,
  }));
}

function reexportedBy(file: string): Exported[] {
  const lists = readFileSync(file, 'utf8').matchAll(/^export (type )?\{([^}]*)\} from/gm);
  return [...lists].flatMap(([, type, names]) =>
    (names as string)
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => ({
        name: name.replace(/^type /, ''),
        isType: type !== undefined || name.startsWith('type '),
        from: 'think-then-embed',
      })),
  );
}
