/** Reads the JSON reports of the test runners. */
import { existsSync, readFileSync } from 'node:fs';

export interface Tally {
  passed: number;
  failed: number;
  /** One line for each skipped test, with reason and name. */
  skipped: string[];
}

interface VitestReport {
  testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[];
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs: {
    title: string;
    file: string;
    tests: {
      projectName: string;
      status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
      annotations: { type: string; description?: string }[];
    }[];
  }[];
}

const NOTHING: Tally = { passed: 0, failed: 0, skipped: [] };

/** The tally of one of our own runners, whose report is a tally. @returns zeros if it did not get as far as a report */
export function ownTally(path: string): Tally {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Tally) : NOTHING;
}

/** @returns zeros if the runner did not write a report */
export function vitestTally(path: string): Tally {
  if (!existsSync(path)) return NOTHING;
  const report = JSON.parse(readFileSync(path, 'utf8')) as VitestReport;
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: tests.filter((test) => test.status === 'failed').length,
    skipped: tests
      .filter((test) => test.status !== 'passed' && test.status !== 'failed')
      .map((test) => `${test.status} (${test.fullName})`),
  };
}

/** Counts flaky tests as failed. @returns zeros if the runner did not write a report */
export function playwrightTally(path: string): Tally {
  if (!existsSync(path)) return NOTHING;
  const report = JSON.parse(readFileSync(path, 'utf8')) as { suites: PlaywrightSuite[] };
  const tests = report.suites.flatMap(specsOf).flatMap((spec) =>
    spec.tests.map((test) => ({
      status: test.status,
      name: `[${test.projectName}] ${spec.file}: ${spec.title}`,
      reason: test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description,
    })),
  );
  return {
    passed: tests.filter((test) => test.status === 'expected').length,
    failed: tests.filter((test) => test.status === 'unexpected' || test.status === 'flaky').length,
    skipped: tests
      .filter((test) => test.status === 'skipped')
      .map((test) => `${test.reason ?? 'no reason given'} (${test.name})`),
  };
}

function specsOf(suite: PlaywrightSuite): PlaywrightSuite['specs'] {
  return [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
}
