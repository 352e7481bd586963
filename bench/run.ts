/** `npm run bench`: compares the package with transformers.js, row by row, in one Chromium run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { chromiumArgs, needChromium, webgpuArgs } from '../scripts/browsers/chromium.ts';
import { commandLine } from '../scripts/command-line.ts';
import { weightsFolder } from '../scripts/paths.ts';
import { startServer } from '../scripts/server/server.ts';
import { oneOf } from '../src/node/arguments.ts';
import { median } from '../workers/statistics.ts';
import { glosses } from './glosses.ts';
import { measureLoading } from './loading.ts';
import { measureMemory } from './memory.ts';
import type { RowName } from './page.ts';
import { busyLine, lineOf } from './print.ts';
import { type AnyRow, type Measured, type Row, type SearchRow, spread } from './row.ts';

const NAMES = [
  'text-single',
  'text-single-q4',
  'text-batch',
  'decode',
  'prefill',
  'image-single',
  'cached-repeat',
  'second-visit',
] as const;
/** Measured only where they are named. */
const LONG = [
  'webgpu-text',
  'webgpu-image',
  'webgpu-decode',
  'loading',
  'memory',
  'search',
  'hybrid',
] as const;
type Name = (typeof NAMES)[number] | (typeof LONG)[number];
const VISITS = 7;

const known: readonly Name[] = [...NAMES, ...LONG];
const { values } = commandLine({
  usage: `Usage: npm run bench [-- options]

Compares the package with transformers.js in one Chromium run: ${NAMES.join(', ')}.

  --only NAME             measure only this row: one of those above, or of those that take long
                          (${LONG.join(', ')}),
                          or webgpu for all rows that begin with it; may be repeated
  --worst                 print each row by its worst round
  --no-custom-operators   measure without the package's own operators
  --json FILE             also write the rows to FILE
`,
  options: {
    json: { type: 'string' },
    only: { type: 'string', multiple: true, check: oneOf([...known, 'webgpu']) },
    worst: { type: 'boolean' },
    'no-custom-operators': { type: 'boolean' },
  },
  builds: ['build', 'build:bench'],
});
if (!weightsFolder()) throw new Error('no ../shared/models (or TTE_MODELS): nothing to measure');
const isWanted = (name: Name) =>
  values.only?.some((wanted) => wanted === name || (wanted === 'webgpu' && name.startsWith('webgpu-')));
const names = values.only ? known.filter(isWanted) : NAMES;

const query = values['no-custom-operators'] ? '?no-custom-operators' : '';
const server = await startServer();
const browser = await chromium.launch({
  executablePath: needChromium(),
  args: [...chromiumArgs, ...webgpuArgs],
});
const rows: AnyRow[] = [];
try {
  for (const name of names) {
    // Fresh storage for each row: none profits from what another has loaded.
    const context = await browser.newContext({ baseURL: server.origin });
    const messages: string[] = [];
    context.on('console', (message) => messages.push(message.text()));
    try {
      const measured = await measure(context, name);
      rows.push(...measured);
      for (const row of measured) console.log(lineOf(row, values.worst ?? false));
    } catch (error) {
      console.error(`${name}: ${error instanceof Error ? error.message : error}\n${messages.join('\n')}`);
      process.exitCode = 1; // the other rows are measured all the same
    }
    await context.close();
  }
} finally {
  await browser.close();
  await server.close();
}
const busy = busyLine(rows);
if (busy) console.log(busy);
const cpu = cpus();
const device = `wasm (webgpu: swiftshader) on ${cpu[0]?.model.trim()}`;
if (values.json) {
  const file = resolve(values.json);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ device, threads: cpu.length, rows }, null, 2)}\n`);
}

function measure(context: BrowserContext, name: Name): Promise<AnyRow[]> {
  if (name === 'search') return search(context);
  if (name === 'hybrid') return hybrid(context);
  if (name === 'memory') return measureMemory(server.origin);
  if (name === 'loading') return measureLoading(server.origin);
  return name === 'second-visit' ? secondVisit(context).then((row) => [row]) : inPage(context, name);
}

async function search(context: BrowserContext): Promise<SearchRow[]> {
  // A peer, hnswlib-wasm, needs 'unsafe-eval', which the server's policy does not give: this worker goes without a policy.
  await context.route('**/search.worker-*.js', async (route) => {
    const response = await route.fetch();
    const { 'content-security-policy': _, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  const page = await context.newPage();
  await page.goto('/bench/page.html');
  return page.evaluate((texts) => window.search(texts), glosses(12_000));
}

async function hybrid(context: BrowserContext): Promise<SearchRow[]> {
  const page = await context.newPage();
  await page.goto('/bench/page.html');
  return page.evaluate((sentences) => window.hybrid(sentences), glosses(50_000));
}

async function inPage(context: BrowserContext, name: RowName): Promise<AnyRow[]> {
  const page = await context.newPage();
  await page.goto(`/bench/page.html${query}`);
  return page.evaluate((name) => window.measure(name), name);
}

/** Page load to first vector with everything stored, each visit a new page, the sides in turn. */
async function secondVisit(context: BrowserContext): Promise<Row> {
  const visit = async (side: 'ours' | 'theirs') => {
    const page = await context.newPage();
    await page.goto(`/bench/page.html${query ? `${query}&` : '?'}visit=${side}`);
    const ms = await page.evaluate(() => window.visited);
    await page.close();
    return ms;
  };
  const idle = await context.newPage();
  await idle.goto('/bench/page.html');
  const isBusy = () => idle.evaluate(() => window.isBusy());
  const figures = { ours: [] as number[], theirs: [] as number[] };
  let busyRounds = 0;
  await visit('ours'); // the first visits fill the storage
  await visit('theirs');
  for (let n = 0; n < VISITS; n++) {
    const wasBusy = await isBusy();
    figures.ours.push(await visit('ours'));
    figures.theirs.push(await visit('theirs'));
    if ((await isBusy()) || wasBusy) busyRounds++;
  }
  const ratios = figures.ours.map((ours, n) => (figures.theirs[n] as number) / ours);
  const measured = (side: keyof typeof figures): Measured => ({
    threads: null,
    ...spread(figures[side]),
    otherThreads: null,
  });
  return {
    name: 'second-visit',
    unit: 'ms',
    peer: 'transformers.js, q8, Cache API',
    ours: measured('ours'),
    theirs: measured('theirs'),
    ratio: { median: median(ratios), worst: Math.min(...ratios) },
    rounds: VISITS,
    busyRounds,
  };
}
