/**
 * The unbundled package on many kinds of hosts and pages: servers that send wrong content types, compress, respond with a page for
 * missing files, or forbid things by policy. Each scenario must work, or fail with an error that says what to do.
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onPath } from '../browsers/executable.ts';
import { FIRST_VECTOR, type Visit, visit, visitIn, withBrowser } from './browser.ts';
import { type Host, type HostOptions, startHost } from './host.ts';

export interface Scenario {
  title: string;
  /** The title that the page must show. */
  says: RegExp;
  run(dist: string): Promise<Visit>;
}

/** Thrown by a scenario that cannot be run on this machine. */
export class Skipped extends Error {}

const PAGE = pageWith('./tte/index.js');
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export const SCENARIOS: readonly Scenario[] = [
  works('an unbundled module script', {}),
  works('isolated by COOP and COEP: threads', { headers: ISOLATED }),
  works('a host that compresses everything', { gzip: 'all' }),
  works('a host that has the browser unpack *.gz and *.zst', { gzip: 'by-name' }),
  works('a single-page host', { isSinglePage: true }),
  works('a strict Content-Security-Policy', {
    headers: { 'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" },
  }),
  works('Trusted Types', {
    headers: {
      'Content-Security-Policy': "require-trusted-types-for 'script'; trusted-types think-then-embed",
    },
  }),
  works('Trusted Types, isolated: threads', {
    headers: {
      ...ISOLATED,
      'Content-Security-Policy': "require-trusted-types-for 'script'; trusted-types think-then-embed",
    },
  }),
  works('assetsUrl', {}, pageWith('./elsewhere/index.js', "{ assetsUrl: 'tte' }"), (dist) => ({
    '/elsewhere/': dist,
    '/elsewhere/worker/': '/nowhere',
  })),
  { title: 'another origin (a CDN)', says: FIRST_VECTOR, run: (dist) => fromCdn(dist, {}) },
  { title: 'another origin, isolated: threads', says: FIRST_VECTOR, run: (dist) => fromCdn(dist, ISOLATED) },
  { title: 'nginx as Debian configures it, with nosniff', says: FIRST_VECTOR, run: onNginx },
  { title: 'a Manifest V3 extension', says: FIRST_VECTOR, run: inExtension },
  fails(
    'COOP and COEP with the page alone',
    /download-failed.*\/tte\/worker\/host\.js.*Cross-Origin-Embedder-Policy: require-corp/s,
    { pageHeaders: ISOLATED },
  ),
  fails('a sandboxed page without an origin', /download-failed.*sandboxed.*allow-same-origin/s, {
    headers: { 'Content-Security-Policy': 'sandbox allow-scripts', 'Access-Control-Allow-Origin': '*' },
  }),
  fails('Trusted Types that do not name our policy', /unsupported.*trusted-types think-then-embed/s, {
    headers: { 'Content-Security-Policy': "require-trusted-types-for 'script'; trusted-types none" },
  }),
  fails('a policy without wasm-unsafe-eval', /unsupported.*'wasm-unsafe-eval'/s, {
    headers: { 'Content-Security-Policy': "default-src 'self'; style-src 'unsafe-inline'" },
  }),
  fails(
    'the worker is missing',
    /download-failed.*\/tte\/worker\/host\.js.*404.*assetsUrl/s,
    {},
    { '/tte/worker/': '/nowhere' },
  ),
  fails(
    'the worker is missing on a single-page host',
    /download-failed.*\/tte\/worker\/host\.js.*page of HTML.*assetsUrl/s,
    { isSinglePage: true },
    { '/tte/worker/': '/nowhere' },
  ),
  fails(
    'the runtime is missing',
    /download-failed.*\/tte\/runtime\/ort-\w+-\w+\.wasm\.zst.*404.*assetsUrl/s,
    {},
    { '/tte/runtime/': '/nowhere' },
  ),
  fails(
    'the runtime is missing on a single-page host',
    /download-failed.*\/tte\/runtime\/ort-\w+-\w+\.wasm\.zst.*page of HTML.*assetsUrl/s,
    { isSinglePage: true },
    { '/tte/runtime/': '/nowhere' },
  ),
  fails(
    'the models are missing',
    /model-not-found.*\/tte\/models\/pico\/.*assetsUrl/s,
    {},
    { '/tte/models/': '/nowhere' },
  ),
  fails(
    'the models are missing on a single-page host',
    /model-not-found.*\/tte\/models\/pico\/.*assetsUrl/s,
    { isSinglePage: true },
    { '/tte/models/': '/nowhere' },
  ),
  {
    title: 'a browser without WebAssembly',
    says: /unsupported.*WebAssembly/s,
    run: (dist) =>
      withBrowser([], async (context) => {
        await context.addInitScript('delete globalThis.WebAssembly');
        return onHost(dist, {}, PAGE, {}, (url) => visitIn(context, url));
      }),
  },
];

function works(
  title: string,
  options: Omit<HostOptions, 'folders'>,
  page = PAGE,
  folders: (dist: string) => Record<string, string> = () => ({}),
): Scenario {
  return { title, says: FIRST_VECTOR, run: (dist) => onHost(dist, options, page, folders(dist)) };
}

function fails(
  title: string,
  says: RegExp,
  options: Omit<HostOptions, 'folders'>,
  folders: Record<string, string> = {},
): Scenario {
  return { title, says, run: (dist) => onHost(dist, options, PAGE, folders) };
}

/** A page that computes a vector, in two files, because policies forbid inline scripts. */
function pageWith(module: string, options = ''): Record<string, string> {
  return {
    'index.html':
      '<!doctype html>\n<meta charset="utf-8">\n<title>loading</title>\n<script type="module" src="main.js"></script>\n',
    'main.js': `import { createEmbedder } from '${module}';

try {
  const embedder = await createEmbedder(${options});
  const { vector } = await embedder.embed({ text: 'a red bicycle' });
  document.title = \`vector of \${vector.length}, length \${Math.hypot(...vector).toFixed(3)}\`;
} catch (error) {
  document.title = \`\${error.code}: \${error.message}\`;
}
`,
  };
}

async function inFolder<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tte-page-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function served<T>(options: HostOptions, use: (host: Host) => Promise<T>): Promise<T> {
  const host = await startHost(options);
  try {
    return await use(host);
  } finally {
    host.close();
  }
}

function onHost(
  dist: string,
  options: Omit<HostOptions, 'folders'>,
  page: Readonly<Record<string, string>>,
  folders: Readonly<Record<string, string>>,
  open: (url: string) => Promise<Visit> = visit,
): Promise<Visit> {
  return inFolder(page, (folder) =>
    served({ ...options, folders: { '/': folder, '/tte/': dist, ...folders } }, ({ url }) => open(url)),
  );
}

function fromCdn(dist: string, headers: Readonly<Record<string, string>>): Promise<Visit> {
  const cdnHeaders = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
  return served({ folders: { '/npm/': dist }, headers: cdnHeaders }, (cdn) =>
    onHost(dist, { headers }, pageWith(`${cdn.url}npm/index.js`), { '/tte/': '/nowhere' }),
  );
}

async function onNginx(dist: string): Promise<Visit> {
  const [nginx] = [...onPath(['nginx']), '/usr/sbin/nginx'].filter((path) => canRun(path));
  if (!nginx) throw new Skipped('nginx is not installed');
  return inFolder(PAGE, async (folder) => {
    cpSync(dist, join(folder, 'tte'), { recursive: true });
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const configuration = join(folder, 'nginx.conf');
    writeFileSync(
      configuration,
      `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1; user root;
      events { worker_connections 64; }
      http {
        include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;
        gzip on; add_header X-Content-Type-Options nosniff always;
        server { listen 127.0.0.1:${port}; root ${folder}; }
      }`,
    );
    const server = spawn(nginx, ['-c', configuration, '-p', folder], { stdio: 'ignore' });
    try {
      await sleep(500);
      return await visit(`http://127.0.0.1:${port}/`);
    } finally {
      server.kill();
    }
  });
}

function canRun(path: string): boolean {
  try {
    execFileSync(path, ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A page of a browser extension, which has its own origin and may run only the extension's scripts. */
function inExtension(dist: string): Promise<Visit> {
  const manifest = {
    manifest_version: 3,
    name: 'think-then-embed',
    version: '1.0',
    content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'" },
    background: { service_worker: 'background.js' },
  };
  const files = { ...PAGE, 'manifest.json': JSON.stringify(manifest), 'background.js': '' };
  return inFolder(files, async (folder) => {
    mkdirSync(join(folder, 'tte'));
    cpSync(dist, join(folder, 'tte'), { recursive: true });
    const args = [`--disable-extensions-except=${resolve(folder)}`, `--load-extension=${resolve(folder)}`];
    return withBrowser(args, async (context) => {
      const worker =
        context.serviceWorkers()[0] ??
        (await context.waitForEvent('serviceworker', { timeout: 20_000 }).catch(() => null));
      if (!worker) throw new Skipped('this Chromium loads no extensions');
      return visitIn(context, new URL('index.html', worker.url()).href);
    });
  });
}
