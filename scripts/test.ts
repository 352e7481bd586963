/** `npm test`: runs all checks and ends with one line that sums them up. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { needChromium } from './browsers/chromium.ts';
import { commandLine } from './command-line.ts';
import { ownTally, playwrightTally, type Tally, vitestTally } from './tally.ts';

interface Step {
  name: string;
  command: string;
  /** Counts the step's tests; without it the step counts as one test. */
  tally?: () => Tally;
  /** The remaining steps are skipped if this one fails. */
  vital?: boolean;
}

const VITEST = 'build/reports/vitest.json';
const PLAYWRIGHT = 'build/reports/playwright.json';
const CONSUMERS = 'build/reports/consumers.json';
const STEPS: readonly Step[] = [
  { name: 'types', command: 'tsc -b' },
  { name: 'lint and format', command: 'biome check --error-on-warnings' },
  {
    name: 'unit tests',
    command: `vitest run --reporter=default --reporter=json --outputFile.json=${VITEST}`,
    tally: () => vitestTally(VITEST),
  },
  { name: 'API reference matches the types', command: 'npm run -s docs:check' },
  { name: 'build', command: 'npm run build && npm run build:e2e', vital: true },
  {
    name: 'the package in other projects and on other hosts',
    command: 'node scripts/run.mjs scripts/consumers/consumers.ts --fast',
    tally: () => ownTally(CONSUMERS),
  },
  { name: 'browser tests', command: 'playwright test', tally: () => playwrightTally(PLAYWRIGHT) },
];

commandLine({
  usage: `Usage: npm test

Runs, in this order: ${STEPS.map(({ name }) => name).join('; ')}.
Single parts: npm run unit -- FILE, npm run e2e -- FILE, npm run consumers -- NAME.
`,
});
console.log(`Chromium: ${needChromium()}`);
rmSync('build/reports', { recursive: true, force: true });
const sum: Tally = { passed: 0, failed: 0, skipped: [] };
for (const step of STEPS) {
  console.log(`\n── ${step.name}`);
  const start = performance.now();
  const ok = spawnSync(step.command, { shell: true, stdio: 'inherit' }).status === 0;
  const { passed, failed, skipped } = step.tally?.() ?? {
    passed: Number(ok),
    failed: Number(!ok),
    skipped: [],
  };
  sum.passed += passed;
  // A run that exits with an error without a failed test, for example because a file did not load, counts as a failure.
  sum.failed += ok ? failed : Math.max(failed, 1);
  sum.skipped.push(...skipped);
  console.log(
    `── ${step.name}: ${ok ? 'ok' : 'FAILED'} (${((performance.now() - start) / 1000).toFixed(1)} s)`,
  );
  if (!ok && step.vital) break;
}

console.log('');
for (const reason of sum.skipped) console.log(`skipped: ${reason}`);
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped.length} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;
