/** `npm run bench:curves`: measures how cost grows with the work. Writes plots, and the points with date and machine (`cost.json`). */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { chromiumArgs, needChromium } from '../../scripts/browsers/chromium.ts';
import { commandLine } from '../../scripts/command-line.ts';
import { root, weightsFolder } from '../../scripts/paths.ts';
import { startServer } from '../../scripts/server/server.ts';
import { oneOf } from '../../src/node/arguments.ts';
import { glosses } from '../glosses.ts';
import type { CurveName, Point } from '../row.ts';
import { type Labels, plot } from './plot.ts';
import { type Known, missing, withPoint } from './points.ts';

const PEER = 'transformers.js';
const US = 'think-then-embed';
const CURVES: Record<CurveName, Labels & { sizes: readonly number[] }> = {
  text: {
    title: 'One text, MiniLM',
    size: 'tokens, about',
    ours: US,
    theirs: `${PEER} (q8)`,
    sizes: [8, 16, 32, 64, 128, 256, 512],
  },
  batch: {
    title: 'A batch of texts of 16 tokens, MiniLM',
    size: 'texts',
    ours: US,
    theirs: `${PEER} (q8)`,
    sizes: [1, 4, 16, 64, 256],
  },
  picture: {
    title: 'One JPEG, tiny dual encoder',
    size: 'megapixels',
    ours: US,
    theirs: PEER,
    sizes: [0.1, 0.5, 2, 8, 20],
  },
  trace: {
    title: 'A trace after a prompt of 200 tokens, SmolLM2-135M q4',
    size: 'tokens',
    ours: US,
    theirs: PEER,
    sizes: [8, 32, 128],
  },
  search: {
    title: 'The ten nearest of 256 dimensions',
    size: 'items',
    ours: US,
    theirs: 'plain JS scan',
    sizes: [1_000, 10_000, 100_000, 1_000_000],
  },
};

const { values } = commandLine({
  usage: `Usage: npm run bench:curves [-- options]

Measures how cost grows with the work. Each point is stored as soon as it is measured, and a later run does not measure it again.

  --only NAME   ${Object.keys(CURVES).join(', ')}; may be repeated (default: all)
  --again       also measure the points that are stored
  --out DIR     folder of points and plots (default docs/images)
`,
  options: {
    out: { type: 'string' },
    only: { type: 'string', multiple: true, check: oneOf(Object.keys(CURVES)) },
    again: { type: 'boolean' },
  },
  builds: ['build', 'build:bench'],
});
if (!weightsFolder()) throw new Error('no ../shared/models (or TTE_MODELS): nothing to measure');
const names = (Object.keys(CURVES) as CurveName[]).filter((name) => values.only?.includes(name) ?? true);
const out = resolve(values.out ?? join(root, 'docs/images'));
mkdirSync(out, { recursive: true });
const file = join(out, 'cost.json');
let known: Known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`;

const server = await startServer();
const browser = await chromium.launch({ executablePath: needChromium(), args: [...chromiumArgs] });
try {
  for (const name of names) {
    if (values.again) known = { ...known, [name]: undefined };
    const { sizes, ...labels } = CURVES[name];
    const left = missing(known, name, machine, sizes);
    if (left.length > 0) await measure(browser, name, left);
    const measured = known[name];
    if (measured) writeFileSync(join(out, `cost-${name}.svg`), plot(measured, labels));
  }
} finally {
  await browser.close();
  await server.close();
}

async function measure(browser: Browser, name: CurveName, sizes: readonly number[]): Promise<void> {
  const context = await browser.newContext({ baseURL: server.origin });
  const page = await context.newPage();
  await page.goto('/bench/page.html');
  const isBusy = () => page.evaluate(() => window.isBusy());
  let wasBusy = await isBusy();
  await page.exposeFunction('onPoint', async (point: Point) => {
    const busy = (await isBusy()) || wasBusy;
    wasBusy = false;
    known = withPoint(known, name, point, { date: new Date().toISOString().slice(0, 10), machine, busy });
    writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`);
    const { size, ours, theirs } = point;
    const figures = `${ours.toFixed(2)} against ${theirs.toFixed(2)} ms`;
    console.log(`${name}, ${size} ${CURVES[name].size}: ${figures}${busy ? '; the machine was busy' : ''}`);
  });
  await page.evaluate(([name, sizes, texts]) => window.curve(name, sizes, texts), [
    name,
    sizes,
    name === 'search' ? glosses(10_300) : [],
  ] as const);
  await context.close();
}
