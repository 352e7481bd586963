/** Writes models that are packages of their own: `npm run packages`, into build/packages. They are built here, and published by hand. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compact, packModel, writeModel } from './pack-model.ts';

interface ModelPackage {
  /** Folder in public/models. */
  readonly model: string;
  /** What the entry exports. */
  readonly exported: string;
  readonly description: string;
  /** The preset of think-then-embed that reasons for it. */
  readonly reasoner: string;
}

export const MODEL_PACKAGES: readonly ModelPackage[] = [
  {
    model: 'pico-s',
    exported: 'picoS',
    description:
      'pico-s, the embedder of the separate system of think-then-embed: it reads what pico has written.',
    reasoner: 'pico',
  },
];

/** Writes the package's folder into `to`. @returns the folder */
export function writeModelPackage(
  { model, exported, description, reasoner }: ModelPackage,
  to: string,
): string {
  const { version, license, author, engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  const name = `think-then-embed-${model}`;
  const folder = join(to, name);
  const from = join('public/models', model);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeModel(from, join(folder, 'model'));
  const manifest = {
    name,
    version,
    description,
    license,
    author,
    type: 'module',
    sideEffects: false,
    engines,
    files: ['model', 'index.js', 'index.d.ts', 'NOTICE'],
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      './package.json': './package.json',
      './model/*': './model/*',
    },
    main: './index.js',
    types: './index.d.ts',
    peerDependencies: { 'think-then-embed': `^${version}` },
  };
  const files: Readonly<Record<string, string>> = {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'index.js': entryOf(from, exported, model, reasoner),
    'index.d.ts': `import type { PackagedModel } from 'think-then-embed';\n\n/** ${description} */\nexport declare const ${exported}: PackagedModel;\n`,
    'README.md': readmeOf(name, description, exported),
    NOTICE: noticeOf(name),
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  copyFileSync('LICENSE', join(folder, 'LICENSE'));
  return folder;
}

/** Each URL is written out, so that bundlers find the file and take it along. */
function entryOf(from: string, exported: string, id: string, reasoner: string): string {
  const texts: string[] = [];
  const urls: string[] = [];
  for (const [path, source] of packModel(from)) {
    const unpacked = JSON.stringify(path.replace(/\.gz$/, ''));
    if (path.endsWith('.gz')) urls.push(`${unpacked}: new URL('./model/${path}', import.meta.url).href`);
    else texts.push(`${unpacked}: ${JSON.stringify(compact(source.toString()))}`);
  }
  return `export const ${exported} = {
  id: ${JSON.stringify(id)},
  reasoner: ${JSON.stringify(reasoner)},
  texts: {
    ${texts.join(',\n    ')},
  },
  urls: {
    ${urls.join(',\n    ')},
  },
};
`;
}

const readmeOf = (name: string, description: string, exported: string) => `# ${name}

${description}

\`\`\`sh
npm i think-then-embed ${name}
\`\`\`

\`\`\`ts
import { createEmbedder } from 'think-then-embed';
import { ${exported} } from '${name}';

const tte = await createEmbedder({ model: ${exported} });
\`\`\`

The model's files stand in the code as \`new URL('…', import.meta.url)\`, so that a bundler takes them along. Where one does not, serve this package's folder
\`model\` and pass its URL as the model instead: \`createEmbedder({ model: { embedder: '/models/${name.replace('think-then-embed-', '')}/', reasoner: 'pico' } })\`.
`;

/** What the repository's NOTICE says of models, with the licences that it refers to. */
function noticeOf(name: string): string {
  const notice = readFileSync('NOTICE', 'utf8');
  const about = notice.indexOf('public/models/pico and pico-s were trained');
  const others = notice.indexOf('public/models/pico/onnx/object_detector');
  const licences = notice.indexOf('MIT License\n\nPermission');
  if (about < 0 || others < about || licences < others)
    throw new Error('NOTICE is no longer laid out as expected');
  return `${name}\nLicensed under the Apache License, Version 2.0 (see LICENSE).\n\nOf these, pico-s is in this package.\n\n${notice.slice(about, others)}${notice.slice(licences)}`;
}
