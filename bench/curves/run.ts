/**
 * `npm run bench:curves -- [--only NAME] [--out DIR]`: how cost grows with the work, as plots and as points with date and machine
 * (`cost.json`), in docs/images. Curves that are not named stay as they were.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { chromiumArgs, needChromium } from '../../scripts/browsers/chromium.ts';
import { root, weightsFolder } from '../../scripts/paths.ts';
import { startServer } from '../../scripts/server/server.ts';
import { glosses } from '../glosses.ts';
import type { CurveName, Point } from '../row.ts';
import { type Labels, plot } from './plot.ts';

const PEER = 'transformers.js';
const US = 'think-then-embed';
const CURVES: Record<CurveName, Labels> = {
  text: { title: 'One text, MiniLM', size: 'words', ours: US, theirs: `${PEER} (q8)` },
  batch: { title: 'A batch of texts of 12 words, MiniLM', size: 'texts', ours: US, theirs: `${PEER} (q8)` },
  picture: { title: 'One JPEG, tiny dual encoder', size: 'megapixels', ours: US, theirs: PEER },
  trace: {
    title: 'A trace after 200 tokens, SmolLM2-135M (q4)',
    size: 'tokens',
    ours: US,
    theirs: PEER,
  },
  search: { title: 'The ten nearest of 256 dimensions', size: 'items', ours: US, theirs: 'plain JS scan' },
};

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { out: { type: 'string' }, only: { type: 'string', multiple: true } },
});
if (!weightsFolder()) throw new Error('no ../shared/models (or TTE_MODELS): nothing to measure');
const names = (Object.keys(CURVES) as CurveName[]).filter((name) => values.only?.includes(name) ?? true);
if (names.length === 0) throw new Error(`--only: one of ${Object.keys(CURVES).join(', ')}`);
const out = resolve(values.out ?? join(root, 'docs/images'));
mkdirSync(out, { recursive: true });

const server = await startServer();
const browser = await chromium.launch({ executablePath: needChromium(), args: [...chromiumArgs] });
interface Measured {
  date: string;
  machine: string;
  /** Whether other programs were using the machine. */
  busy: boolean;
  points: Point[];
}
const file = join(out, 'cost.json');
const known: Partial<Record<CurveName, Measured>> = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : {};
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
try {
  for (const name of names) {
    const context = await browser.newContext({ baseURL: server.origin });
    const page = await context.newPage();
    await page.goto('/bench/page.html');
    const wasBusy = await page.evaluate(() => window.isBusy());
    const points = await page.evaluate(([name, texts]) => window.curve(name, texts), [
      name,
      glosses(10_300),
    ] as const);
    const busy = (await page.evaluate(() => window.isBusy())) || wasBusy;
    known[name] = { date: new Date().toISOString().slice(0, 10), machine, busy, points };
    writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`);
    writeFileSync(join(out, `cost-${name}.svg`), plot(points, CURVES[name]));
    for (const { size, ours, theirs } of points) {
      console.log(
        `${name}, ${size} ${CURVES[name].size}: ${ours.toFixed(2)} against ${theirs.toFixed(2)} ms${busy ? '; the machine was busy' : ''}`,
      );
    }
    await context.close();
  }
} finally {
  await browser.close();
  await server.close();
}
