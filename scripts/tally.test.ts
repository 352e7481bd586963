import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownTally, playwrightTally, vitestTally } from './tally.ts';

function report(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'tally-')), 'report.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test('a missing report counts nothing', () => {
  expect(ownTally('/nowhere.json')).toEqual({ passed: 0, failed: 0, skipped: [] });
  expect(vitestTally('/nowhere.json')).toEqual({ passed: 0, failed: 0, skipped: [] });
  expect(playwrightTally('/nowhere.json')).toEqual({ passed: 0, failed: 0, skipped: [] });
});

test('counts the tests of vitest', () => {
  const assertionResults = ['passed', 'failed', 'pending', 'passed'].map((status) => ({
    status,
    fullName: 'a',
  }));
  const path = report({ testResults: [{ name: 'x', assertionResults }] });
  expect(vitestTally(path)).toEqual({ passed: 2, failed: 1, skipped: ['pending (a)'] });
});

test('counts the tests of Playwright in nested suites, with reasons for skips; flaky tests count as failed', () => {
  const spec = (status: string, annotations: unknown[] = []) => ({
    title: 't',
    file: 'f',
    tests: [{ projectName: 'p', status, annotations }],
  });
  const skip = spec('skipped', [{ type: 'skip', description: 'no ../shared/models' }]);
  const path = report({
    suites: [{ specs: [spec('expected')], suites: [{ specs: [spec('flaky'), spec('unexpected'), skip] }] }],
  });
  expect(playwrightTally(path)).toEqual({
    passed: 1,
    failed: 2,
    skipped: ['no ../shared/models ([p] f: t)'],
  });
});

test('a runner of our own', () => {
  const tally = { passed: 1, failed: 2, skipped: ['no network'] };
  expect(ownTally(report(tally))).toEqual(tally);
});
