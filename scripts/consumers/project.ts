/** A consumer: a small project of e2e/consumers into which the packed package is installed. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { visit } from './browser.ts';
import { startGroup } from './group.ts';
import { startHost } from './host.ts';

/** The field `consumer` of its package.json. */
export interface Consumer {
  name: string;
  title: string;
  /** Folder in e2e/consumers with the sources, if several projects share them. */
  source?: string;
  /** Command that builds the project, or that performs the only check; `$TARBALL` is the packed package. */
  build: string;
  /** Folder of the built page, to be served by a plain host. */
  output?: string;
  /** Command that serves the build, if it consists of more than static files. */
  start?: string;
  /** Command that starts the development server. */
  dev?: string;
  /** Folders in public/models whose packages are installed beside this one. */
  models?: string[];
  /** Configuration that the project needs for this package. */
  note?: string;
  /** Whether `npm test` checks it, too. */
  fast?: boolean;
}

export interface Outcome {
  consumer: Consumer;
  /** Installed versions of its tools. */
  versions: string;
  steps: { name: 'install' | 'build' | 'built page' | 'dev'; ok: boolean; detail: string }[];
}

const FOLDER = 'e2e/consumers';
const PATIENCE_MS = 300_000;

export function readConsumers(): Consumer[] {
  return readdirSync(FOLDER)
    .filter((name) => existsSync(join(FOLDER, name, 'package.json')))
    .map((name) => ({ name, ...readJson(join(FOLDER, name, 'package.json')).consumer }) as Consumer);
}

/** Paths of packed packages. */
export interface Tarballs {
  main: string;
  /** The package of a model, by its folder in public/models. */
  model: (name: string) => string;
}

/** @param place an absolute folder for the project, and whether it stays */
export async function check(
  consumer: Consumer,
  tarballs: Tarballs,
  { work, keep }: { work: string; keep: boolean },
): Promise<Outcome> {
  const { name, source, models = [], build, output, start, dev } = consumer;
  const steps: Outcome['steps'] = [];
  const tool = (command: string) => run(command, work, { TARBALL: tarballs.main });
  const step = async (label: Outcome['steps'][number]['name'], run: () => Promise<string>) => {
    const begin = performance.now();
    try {
      const detail = await run();
      steps.push({
        name: label,
        ok: true,
        detail: detail || `${((performance.now() - begin) / 1000).toFixed(0)} s`,
      });
      return true;
    } catch (error) {
      steps.push({ name: label, ok: false, detail: (error as Error).message });
      return false;
    }
  };
  for (const from of [source, name]) {
    if (from)
      cpSync(join(FOLDER, from), work, { recursive: true, filter: (path) => !/node_modules/.test(path) });
  }
  cpSync(join(FOLDER, '.npmrc'), join(work, '.npmrc'));
  try {
    const installed = await step('install', async () => {
      if (!existsSync(join(work, 'node_modules'))) await run('npm ci', work);
      const packed = [tarballs.main, ...models.map(tarballs.model)];
      await run(`npm install --no-save --no-package-lock ${packed.join(' ')}`, work);
      return '';
    });
    if (installed && (await step('build', () => tool(build).then(() => '')))) {
      if (output) await step('built page', () => firstVectorOfFiles(join(work, output)));
      if (start) await step('built page', () => firstVectorOfServer(start, work));
    }
    if (installed && dev) await step('dev', () => firstVectorOfServer(dev, work));
    return { consumer, versions: versionsOf(work), steps };
  } finally {
    if (!keep) rmSync(work, { recursive: true, force: true });
  }
}

async function firstVectorOfFiles(folder: string): Promise<string> {
  const host = await startHost({ folders: { '/': folder } });
  try {
    return await firstVector(host.url);
  } finally {
    host.close();
  }
}

async function firstVectorOfServer(command: string, work: string): Promise<string> {
  const port = await freePort();
  const server = startGroup(command, work, environment(work, port));
  let log = '';
  const { stdout, stderr } = server.process;
  for (const stream of [stdout, stderr]) stream.on('data', (text) => (log += text));
  try {
    const url = `http://127.0.0.1:${port}/`;
    await answers(url, () => log);
    return await firstVector(url);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${log.slice(-1500)}`);
  } finally {
    server.end();
  }
}

async function firstVector(url: string): Promise<string> {
  const { title, seconds, complaints } = await visit(url);
  if (!/^vector of \d+, length 1\.000$/.test(title)) {
    throw new Error(`the page says "${title}"; ${complaints.join('; ').slice(0, 1000)}`);
  }
  return `${seconds.toFixed(1)} s`;
}

async function answers(url: string, log: () => string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (
      await fetch(url).then(
        (response) => response.ok,
        () => false,
      )
    )
      return;
    await sleep(500);
  }
  throw new Error(`its server does not answer: ${log().slice(-1000)}`);
}

/** @throws Error with the end of the command's output */
function run(command: string, cwd: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const group = startGroup(command, cwd, { ...environment(cwd), ...more });
  const tooLong = setTimeout(group.end, PATIENCE_MS);
  let [said, complained] = ['', ''];
  group.process.stdout.on('data', (text) => (said += text));
  group.process.stderr.on('data', (text) => (complained += text));
  return new Promise<string>((resolve, reject) => {
    group.process.once('error', reject);
    group.process.once('close', (code) => {
      if (code === 0) resolve(said);
      else reject(new Error(`${command}: ${`${said}\n${complained}`.trim().slice(-2000)}`));
    });
  }).finally(() => clearTimeout(tooLong));
}

function environment(work: string, port?: number): NodeJS.ProcessEnv {
  const path = `${join(work, 'node_modules/.bin')}:${process.env.PATH}`;
  const { npm_config_user_agent: _, ...env } = process.env;
  return {
    ...env,
    PATH: path,
    CI: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: undefined,
    ...(port ? { PORT: String(port) } : {}),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

function versionsOf(work: string): string {
  const { dependencies = {}, devDependencies = {} } = readJson(join(work, 'package.json'));
  return Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => !/^@types\/|^react-dom$/.test(name))
    .flatMap((name) => {
      const manifest = join(work, 'node_modules', name, 'package.json');
      return existsSync(manifest) ? [`${name} ${readJson(manifest).version}`] : [];
    })
    .join(', ');
}

// biome-ignore lint/suspicious/noExplicitAny: package.json has any shape
function readJson(path: string): any {
  return JSON.parse(readFileSync(path, 'utf8'));
}
