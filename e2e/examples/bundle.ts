/** Builds the examples of the documentation as a user's bundler does: one entry each, the package as it lies in dist. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'vite';
import { sources } from '../../scripts/build/entries.ts';
import { MODEL_PACKAGES, writeModelPackage } from '../../scripts/build/model-package.ts';
import { isPeer } from '../../scripts/build/peers.ts';
import { root } from '../../scripts/paths.ts';
import type { Snippet } from '../../scripts/snippets.ts';

const SOURCE = join(root, 'build/examples/source');
const DIST = join(root, 'dist');
/** Where the built examples are, to be served: an example's module has its file's name with `.js`. */
export const PAGE_FOLDER = join(root, 'build/examples/page');

/** Functions and constants are exported, so that components can be rendered and results looked at. */
function withExports(code: string): string {
  const names = [...code.matchAll(/^(?:async )?(?:const|let|function) (\w+)/gm)].map(([, name]) => name);
  return `${code}\nexport { ${names.join(', ')} };\n`;
}

/** The module that an example becomes. */
export const nameOf = (file: string) => file.replace(/\.tsx?$/, '.js');

/** How long plugins take says little on a busy machine. */
const checks = { bundlerTimings: false };

export async function bundleForPage(snippets: readonly Snippet[]): Promise<void> {
  rmSync(SOURCE, { recursive: true, force: true });
  mkdirSync(SOURCE, { recursive: true });
  for (const { file, code } of snippets) writeFileSync(join(SOURCE, file), withExports(code));
  const entries = snippets.flatMap(({ file, runsIn }) =>
    runsIn === 'page' ? [[file.replace(/\.tsx?$/, ''), join(SOURCE, file)]] : [],
  );
  await build({
    configFile: false,
    logLevel: 'warn',
    root: SOURCE,
    base: './',
    publicDir: false,
    plugins: [packages()],
    worker: { format: 'es', plugins: () => [packages()], rolldownOptions: { checks } },
    build: {
      outDir: PAGE_FOLDER,
      emptyOutDir: true,
      target: 'es2022',
      minify: false,
      assetsInlineLimit: 0,
      modulePreload: false,
      chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
      rolldownOptions: {
        input: { ...Object.fromEntries(entries), runner: join(root, 'e2e/examples/page.ts') },
        checks,
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js' },
      },
    },
  });
}

const MAIN = '\0main';
/** The main entry: hub ids are found on this server, and the page knows what an example has started. */
const MAIN_CODE = `
import { createEmbedder as create } from '/dist/index.js';
export * from '/dist/index.js';
export async function createEmbedder(options) {
  const embedder = await create({ hubUrl: location.origin + '/hub/', ...options });
  globalThis.started.push(embedder);
  return embedder;
}`;

/** Finds the package's entries in dist, and the models that are packages of their own. */
function packages(): Plugin {
  const entries = new Map(
    Object.entries(sources()).map(([specifier, source]) => [
      specifier,
      join(DIST, relative('src', source).replace(/\.ts$/, '.js')),
    ]),
  );
  const models = new Map(MODEL_PACKAGES.map((each) => [`think-then-embed-${each.model}`, each]));
  const find = (specifier: string, importer: string | undefined) =>
    specifier.startsWith('.') && importer?.startsWith(DIST)
      ? resolve(dirname(importer), specifier)
      : entries.get(specifier);
  return {
    name: 'packages',
    enforce: 'pre',
    resolveId(specifier, importer) {
      if (specifier === 'think-then-embed') return MAIN;
      const model = models.get(specifier);
      if (model) return join(writeModelPackage(model, join(root, 'build/examples/packages')), 'index.js');
      if (specifier.startsWith('/dist/')) return { id: specifier, external: 'absolute' };
      const file = find(specifier, importer);
      if (file === undefined) return null;
      // What imports a peer is bundled with it. All else stays where it is served.
      return importsPeer(file) ? file : { id: `/dist/${relative(DIST, file)}`, external: 'absolute' };
    },
    load: (id) => (id === MAIN ? MAIN_CODE : null),
  };
}

const importsPeer = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/\b(?:from|import\()\s*["'`]([^"'`]+)["'`]/g)].some(
    ([, specifier]) => isPeer(specifier as string),
  );
