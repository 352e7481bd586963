/** `npm run bench:curves -- [--only NAME] [--out DIR]`: how cost grows with the work, as plots (docs/images) and as points in a JSON file. */
import { mkdirSync, writeFileSync } from 'node:fs';
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
const measured: Partial<Record<CurveName, Point[]>> = {};
try {
  for (const name of names) {
    const context = await browser.newContext({ baseURL: server.origin });
    const page = await context.newPage();
    await page.goto('/bench/page.html');
    const points = await page.evaluate(([name, texts]) => window.curve(name, texts), [
      name,
      glosses(10_300),
    ] as const);
    measured[name] = points;
    writeFileSync(join(out, `cost-${name}.svg`), plot(points, CURVES[name]));
    for (const { size, ours, theirs } of points) {
      console.log(
        `${name}, ${size} ${CURVES[name].size}: ${ours.toFixed(2)} against ${theirs.toFixed(2)} ms`,
      );
    }
    await context.close();
  }
} finally {
  await browser.close();
  await server.close();
}
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
writeFileSync(join(root, 'build/curves.json'), `${JSON.stringify({ machine, curves: measured }, null, 2)}\n`);
