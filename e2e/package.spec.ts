/** What a user installs: its contents, its size, its types. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { decompress, init } from '@bokuweb/zstd-wasm';
import { expect, test } from '@playwright/test';
import { parseAst } from 'vite';
import { entries } from '../scripts/build/entries.ts';
import { isPeer } from '../scripts/build/peers.ts';

/** Bytes of the tarball. */
const AIM = 30_000_000;
/** Some hosts take no larger file. */
const LARGEST_FILE = 25_000_000;
const CDN = /jsdelivr|unpkg|esm\.sh|skypack/;

test('the main entry and all it imports at once stay below 12 kB gzip', () => {
  expect(bytesOf('dist/index.js', new Set())).toBeLessThanOrEqual(12_000);
});

test('no script names a CDN, or a package that is not an optional peer', () => {
  const scripts = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  expect(scripts.length).toBeGreaterThan(2);
  for (const file of scripts) {
    const code = readFileSync(join('dist', file), 'utf8');
    expect(code, file).not.toMatch(CDN);
    const inNode = file.startsWith('node/');
    for (const specifier of imports(code)) {
      if (isPeer(specifier) || (inNode && specifier.startsWith('node:'))) continue;
      expect(specifier, `import in ${file}`).toMatch(/^\.{1,2}\//);
    }
  }
});

test('the tarball holds the build, small enough, and neither native runtimes nor sources', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json'], { encoding: 'utf8' });
  const [tarball] = JSON.parse(packed) as [Tarball];
  const bySize = tarball.files.toSorted((a, b) => b.size - a.size);
  const largest = bySize.slice(0, 12).map(({ path, size }) => `${path} ${size}`);
  console.log(`tarball: ${tarball.size} bytes\n  ${largest.join('\n  ')}`);
  expect(tarball.size).toBeLessThanOrEqual(AIM);
  expect(bySize[0]?.size).toBeLessThan(LARGEST_FILE);
  const files = tarball.files.map(({ path }) => path);
  expect(files).toEqual(
    expect.arrayContaining(['dist/index.js', 'dist/types/index.d.ts', 'LICENSE', 'NOTICE']),
  );
  for (const file of files) {
    expect(file).toMatch(/^(dist\/|LICENSE$|licenses\/|NOTICE$|README\.md$|package\.json$)/);
    expect(file).not.toMatch(/onnxruntime-node|sharp|\.node$|\.ts$(?<!\.d\.ts)/);
  }
  expect(files.filter((file) => file.startsWith('dist/runtime/'))).toEqual([
    expect.stringMatching(/^dist\/runtime\/ort-wasm-[0-9a-f]{8}\.wasm\.zst$/),
    expect.stringMatching(/^dist\/runtime\/ort-webgpu-[0-9a-f]{8}\.wasm\.zst$/),
  ]);
  const models = new Set(files.map((file) => /^dist\/models\/([^/]+)/.exec(file)?.[1]).filter(Boolean));
  expect([...models], 'other weights are packages of their own').toEqual(['pico']);
});

test('a bundler finds one worker, which loads no other script, and every file that is fetched by a URL', () => {
  const URLS = /new URL\("([^"]+)",import\.meta\.url\)/g;
  const scripts = readdirSync('dist').filter((file) => file.endsWith('.js'));
  const page = scripts.map((file) => readFileSync(join('dist', file), 'utf8')).join('\n');
  expect([...page.matchAll(URLS)].map(([, path]) => path)).toEqual(['./worker/host.js']);
  expect(page).toContain('new Worker(new URL("./worker/host.js",import.meta.url),{type:`module`})');
  const host = readFileSync('dist/worker/host.js', 'utf8');
  const fetched = [...host.matchAll(URLS)].map(([, path]) => path as string);
  for (const path of fetched) expect(existsSync(join('dist/worker', path)), path).toBe(true);
  expect(fetched.filter((path) => path.includes('/models/')).length).toBeGreaterThan(3);
  expect((page + host).replaceAll(URLS, '')).not.toContain('import.meta');
  expect(staticImports(host)).toEqual([]);
  expect(host, 'a dynamic import').not.toMatch(/(?<!async )\bimport\(/);
});

test('the runtime is named by its content, so that versions do not mix in a cache', async () => {
  await init();
  expect(readdirSync('dist/worker')).toEqual(['host.js']);
  for (const file of readdirSync('dist/runtime')) {
    const hash = createHash('sha256')
      .update(decompress(readFileSync(join('dist/runtime', file))))
      .digest('hex');
    expect(file).toContain(`-${hash.slice(0, 8)}.`);
  }
});

test('browsers can unpack the runtime themselves, where a host tells them to: its window is 8 MB at most', () => {
  for (const file of readdirSync('dist/runtime')) {
    const [header = 0, window = 0] = readFileSync(join('dist/runtime', file)).subarray(4);
    expect(header & 0x20, `${file} is a single segment, whose window is the whole file`).toBe(0);
    expect((1 << (10 + (window >> 3))) * (1 + (window & 7) / 8)).toBeLessThanOrEqual(1 << 23);
  }
});

test('the package asks for no other package: all peers are optional', () => {
  const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  );
  expect(dependencies).toBeUndefined();
  for (const name of Object.keys(peerDependencies)) {
    expect(peerDependenciesMeta[name], name).toEqual({ optional: true });
  }
});

test('its types serve a strict consumer without this repository’s settings', () => {
  mkdirSync('build/consumer', { recursive: true });
  const folder = mkdtempSync('build/consumer/');
  const names = Object.keys(entries());
  const forFrameworks = names.filter((name) => importsPeer(`dist/types/${name}.d.ts`));
  compile(
    join(folder, 'own.ts'),
    names.filter((name) => !forFrameworks.includes(name)),
    ['--types', ''],
  );
  // What frameworks' own types need is theirs: some do not pass strict checks of libraries.
  compile(join(folder, 'frameworks.ts'), forFrameworks, ['--types', 'node', '--skipLibCheck']);
});

interface Tarball {
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

function compile(file: string, names: readonly string[], options: readonly string[]): void {
  const uses = names.map(
    (name, i) => `import * as m${i} from '${resolve(`dist/types/${name}.js`)}'; export { m${i} };`,
  );
  writeFileSync(file, `${uses.join('\n')}\n`);
  const strict = [
    '--strict',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
  ];
  execFileSync('npx', ['tsc', '--ignoreConfig', ...strict, ...options, file], { stdio: 'inherit' });
}

const importsPeer = (path: string) =>
  [...readFileSync(path, 'utf8').matchAll(/^import .*from ['"]([^'"]+)/gm)].some(([, from = '']) =>
    isPeer(from),
  );

test('importing it on a server does not throw; using it there tells what is wrong', async () => {
  const { createEmbedder, isTteError } = (await import(
    resolve('dist/index.js')
  )) as typeof import('../src/index.ts');
  const error = await createEmbedder().catch((reason: unknown) => reason);
  expect(isTteError(error, 'not-in-browser')).toBe(true);
});

/** Gzipped size of a script and of its static imports. */
function bytesOf(path: string, seen: Set<string>): number {
  if (seen.has(path)) return 0;
  seen.add(path);
  const code = readFileSync(path, 'utf8');
  const own = gzipSync(code).length;
  const next = staticImports(code).map((specifier) => join(path, '..', specifier));
  return next.reduce((sum, file) => sum + bytesOf(file, seen), own);
}

function staticImports(code: string): string[] {
  return parseAst(code).body.flatMap((node) =>
    'source' in node && node.source ? [String(node.source.value)] : [],
  );
}

/** Module specifiers, static and (where they are literal) dynamic. */
function imports(code: string): string[] {
  const dynamic = [...code.matchAll(/\bimport\(\s*(["'`])([^"'`$]+)\1\s*\)/g)];
  return [...staticImports(code), ...dynamic.map(([, , specifier = '']) => specifier)];
}
