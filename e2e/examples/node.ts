/** Runs the examples of the documentation that are for Node. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformWithOxc } from 'vite';
import { root } from '../../scripts/paths.ts';
import type { Snippet } from '../../scripts/snippets.ts';

/** Inside the package, which Node lets import itself by its name. */
const FOLDER = join(root, 'build/examples/node');

/** What examples may use without introducing it, and a file that one reads. */
const GIVEN = `
import { writeFileSync } from 'node:fs';
import { createEmbedder } from 'think-then-embed/node';
globalThis.tte = await createEmbedder({ dataDir: 'given' });
globalThis.show = () => {};
const index = await tte.openIndex('photos');
await index.add([{ id: 'beach', text: 'a beach at night' }, { id: 'rent', text: 'The rent is due.' }]);
for (const file of await index.export()) writeFileSync(file.name, Buffer.from(await file.arrayBuffer()));
`;

/** @returns what was written to the standard error if one failed, else null */
export async function runInNode(snippets: readonly Snippet[]): Promise<string | null> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(join(FOLDER, 'photos'), { recursive: true });
  copyFileSync(join(root, 'e2e/fixtures/images/turned.jpg'), join(FOLDER, 'photos/bee.jpg'));
  const modules: Record<string, string> = { 'given.mjs': GIVEN };
  for (const { file, code } of snippets) {
    modules[file.replace(/\.tsx?$/, '.mjs')] = (await transformWithOxc(code, file)).code;
  }
  const all = Object.keys(modules).map((name) => `await import('./${name}');\n`);
  modules['all.mjs'] = `${all.join('')}await tte.dispose();\n`;
  for (const [name, code] of Object.entries(modules)) writeFileSync(join(FOLDER, name), code);
  const { status, stderr } = spawnSync(process.execPath, ['all.mjs'], {
    cwd: FOLDER,
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(FOLDER, 'cache') },
  });
  return status === 0 ? null : stderr;
}

/** Makes the index of a static site as docs/static-sites.md does. */
export function indexSite(folder: string, out: string): void {
  const cli = join(root, 'dist/node/cli.js');
  const args = [
    cli,
    'index',
    folder,
    '--out',
    out,
    '--data-dir',
    join(root, 'build/examples/data'),
    '--quiet',
  ];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
