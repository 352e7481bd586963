import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { startGroup } from './group.ts';

const folder = mkdtempSync(join(tmpdir(), 'tte-group-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A server that a tool starts as a process of its own, as development servers do. */
const SERVER = `require('node:fs').writeFileSync('pid', String(process.pid)); require('node:http').createServer().listen(0);`;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended and was not waited for is a zombie (Z).
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(50); // the test's time limit ends this
}

function pidOf(file: string): number {
  try {
    return Number(readFileSync(join(folder, file), 'utf8'));
  } catch {
    return 0;
  }
}

test.skipIf(process.platform === 'win32')('a command that has ended closes its output', async () => {
  const group = startGroup('echo said; exit 3', folder, process.env);
  let said = '';
  group.process.stdout.on('data', (text) => (said += text));
  expect(await new Promise((end) => group.process.once('close', end))).toBe(3);
  expect(said).toBe('said\n');
});

test.skipIf(process.platform === 'win32').each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'a development server ends with the process that started it, ended by %s',
  async (signal) => {
    rmSync(join(folder, 'pid'), { force: true });
    writeFileSync(join(folder, 'server.cjs'), SERVER);
    const starter = join(folder, 'starter.ts');
    const group = resolve('scripts/consumers/group.ts');
    const command = `${process.execPath} server.cjs & wait`;
    const call = `startGroup(${JSON.stringify(command)}, ${JSON.stringify(folder)}, process.env)`;
    writeFileSync(
      starter,
      `import { startGroup } from ${JSON.stringify(group)};\n${call};\nsetInterval(() => {}, 1000);\n`,
    );
    const killed = spawn(process.execPath, ['scripts/run.mjs', starter], { stdio: 'inherit' });
    const ended = new Promise((end) => killed.once('exit', end));
    await until(() => pidOf('pid') > 0);
    const server = pidOf('pid');
    expect(isRunning(server)).toBe(true);
    killed.kill(signal);
    await ended;
    await until(() => !isRunning(server));
    expect(isRunning(server)).toBe(false);
  },
);
