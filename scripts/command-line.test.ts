import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
/** Those of our own, with the file and the arguments that they are always given. */
const OURS = Object.entries(scripts).flatMap(([name, command]) => {
  const [, file, args = ''] = /node scripts\/run\.mjs (\S+\.ts)((?: --\S+)*)$/.exec(command) ?? [];
  return file === undefined ? [] : [[name, [file, ...args.split(' ').filter(Boolean)]] as const];
});

/** A script that does not stop at its arguments would build or measure for minutes. */
function run(...args: readonly string[]) {
  return spawnSync(process.execPath, ['scripts/run.mjs', ...args], { encoding: 'utf8', timeout: 50_000 });
}

test('the scripts of our own are found', () => {
  expect(OURS.map(([name]) => name)).toEqual(
    expect.arrayContaining(['start', 'test', 'bench', 'eval', 'docs']),
  );
});

test.each(OURS)('npm run %s refuses an unknown option, and does nothing', (_, args) => {
  const { status, stdout, stderr } = run(...args, '--no-such-option');
  expect(stderr).toMatch(/^Unknown option '--no-such-option'/);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});

const of = (name: string) => OURS.find(([known]) => known === name)?.[1] as readonly string[];

test('--help prints the usage', () => {
  const { status, stdout, stderr } = run(...of('consumers'), '--fast', '--help');
  expect(stdout).toMatch(/^Usage: npm run consumers.*next-16.*--keep/s);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.each([
  ['consumers', ['no-such-project'], '"no-such-project" must be a project or host, or a part of its name.'],
  ['bench', ['--only', 'decode', '--only', 'typo'], '--only: must be one of text-single,'],
])('npm run %s refuses %j', (name, args, message) => {
  const { status, stdout, stderr } = run(...of(name), ...args);
  expect(stderr).toContain(message);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});
