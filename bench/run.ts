/**
 * `npm run bench -- [--json FILE] [--only NAME] [--worst] [--no-custom-operators]`: all rows in one Chromium run.
 * `--worst`: each row by its worst round.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BrowserContext, chromium } from '@playwright/test';
import { chromiumArgs, needChromium, webgpuArgs } from '../scripts/browsers/chromium.ts';
import { weightsFolder } from '../scripts/paths.ts';
import { startServer } from '../scripts/server/server.ts';
import { median } from '../workers/index/statistics.ts';
import { glosses } from './glosses.ts';
import type { RowName } from './page.ts';
import { type Measured, type Row, type SearchRow, spread } from './row.ts';

const NAMES = [
  'text-single',
  'text-single-q4',
  'text-batch',
  'decode',
  'prefill',
  'image-single',
  'cached-repeat',
  'second-visit',
  'readback',
  'search',
] as const;
const VISITS = 7;

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    json: { type: 'string' },
    only: { type: 'string', multiple: true },
    worst: { type: 'boolean' },
    'no-custom-operators': { type: 'boolean' },
  },
});
if (!weightsFolder()) throw new Error('no ../shared/models (or TTE_MODELS): nothing to measure');
const names = NAMES.filter((name) => values.only?.includes(name) ?? true);
if (names.length === 0) throw new Error(`--only: one of ${NAMES.join(', ')}`);

const query = values['no-custom-operators'] ? '?no-custom-operators' : '';
const server = await startServer();
const browser = await chromium.launch({
  executablePath: needChromium(),
  args: [...chromiumArgs, ...webgpuArgs],
});
const rows: (Row | SearchRow)[] = [];
try {
  for (const name of names) {
    // Fresh storage for each row: none profits from what another has loaded.
    const context = await browser.newContext({ baseURL: server.origin });
    const messages: string[] = [];
    context.on('console', (message) => messages.push(message.text()));
    try {
      const measured = await measure(context, name);
      rows.push(...measured);
      for (const row of measured) console.log(line(row));
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
const cpu = cpus();
const device = `wasm (readback: webgpu, swiftshader) on ${cpu[0]?.model.trim()}`;
if (values.json) {
  const file = resolve(values.json);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ device, threads: cpu.length, rows }, null, 2)}\n`);
}

function measure(context: BrowserContext, name: (typeof NAMES)[number]): Promise<(Row | SearchRow)[]> {
  if (name === 'search') return search(context);
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

async function inPage(context: BrowserContext, name: RowName): Promise<Row[]> {
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
  const figures = { ours: [] as number[], theirs: [] as number[] };
  await visit('ours'); // the first visits fill the storage
  await visit('theirs');
  for (let n = 0; n < VISITS; n++) {
    figures.ours.push(await visit('ours'));
    figures.theirs.push(await visit('theirs'));
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
    busyRounds: 0,
  };
}

function line(row: Row | SearchRow): string {
  if ('engine' in row) return searchLine(row);
  const { name, ours, theirs, unit, ratio, rounds, busyRounds } = row;
  const parts = [
    values.worst
      ? `${name}: ratio ${ratio.worst.toFixed(2)} in the worst of ${rounds} rounds`
      : `${name}: ratio ${ratio.median.toFixed(2)}, in the worst round ${ratio.worst.toFixed(2)}`,
    `${side(ours)} against ${side(theirs)} ${unit}`,
  ];
  if (busyRounds > 0) parts.push(`the machine was too busy to judge ${busyRounds} of ${rounds} rounds`);
  return parts.join('; ');
}

function side({ threads, otherThreads, median, best, worst }: Measured): string {
  const figures = `${median.toFixed(2)} (${best.toFixed(2)} to ${worst.toFixed(2)})`;
  const other = otherThreads && `, ${otherThreads.threads}: ${otherThreads.median.toFixed(2)}`;
  return threads === null ? figures : `${figures} [threads ${threads}${other ?? ''}]`;
}

function searchLine({ name, engine, p50, p95, recall, build, open, bytes }: SearchRow): string {
  const parts = [
    `p50 ${p50.toFixed(2)} ms`,
    `p95 ${p95.toFixed(2)} ms`,
    recall === null ? '' : `recall@10 ${recall.toFixed(4)}`,
    `build ${(build / 1000).toFixed(1)} s`,
    open === null ? '' : `open ${open.toFixed(0)} ms`,
    bytes === null ? '' : `${(bytes / 1e6).toFixed(0)} MB`,
  ];
  return `${name}, ${engine}: ${parts.filter(Boolean).join(', ')}`;
}
