import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { fileLocks } from './file-locks.ts';

const root = mkdtempSync(join(tmpdir(), 'tte-locks-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder = '';
let made = 0;
beforeEach(() => {
  folder = join(root, String(made++));
});

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const lockFile = () => join(folder, readdirSync(folder)[0] as string);

/** Creates the lock file of another process. */
async function leaveLock(holder: object): Promise<void> {
  const release = await fileLocks(folder)('a', 'exclusive', null);
  const path = lockFile();
  release();
  await wait(20);
  writeFileSync(path, JSON.stringify({ host: hostname(), ...holder }));
}

test('one writer at a time, many readers, independent names', async () => {
  const acquire = fileLocks(folder);
  const order: string[] = [];
  const first = await acquire('a', 'exclusive', null);
  const others = ['b', 'c'].map(async (label) => {
    const release = await acquire('a', 'exclusive', null);
    order.push(label);
    await wait(10);
    order.push(`${label} done`);
    release();
  });
  (await acquire('other', 'exclusive', null))();
  await wait(10);
  expect(order).toEqual([]);
  first();
  await Promise.all(others);
  expect(order).toEqual(['b', 'b done', 'c', 'c done']);
  const readers = await Promise.all([acquire('a', 'shared', null), acquire('a', 'shared', null)]);
  let isWriting = false;
  const writer = acquire('a', 'exclusive', null).then((release) => {
    isWriting = true;
    release();
  });
  readers[0]?.();
  await wait(10);
  expect(isWriting).toBe(false);
  readers[1]?.();
  await writer;
});

test('waiting ends when the signal aborts, and does not block others', async () => {
  const acquire = fileLocks(folder);
  const release = await acquire('a', 'exclusive', null);
  const abort = new AbortController();
  const waiting = acquire('a', 'exclusive', abort.signal);
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  release();
  (await acquire('a', 'exclusive', null))();
});

test('waits for the lock of another living process', async () => {
  await leaveLock({ pid: process.ppid, began: 0 });
  const abort = new AbortController();
  const waiting = fileLocks(folder)('a', 'exclusive', abort.signal);
  setTimeout(() => abort.abort(), 150);
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
});

test.each([
  ['whose process is gone', { pid: 2 ** 22 + 1, began: 0 }],
  ['of an earlier process with the same number', { pid: process.pid, began: 0 }],
])('a lock %s is taken over', async (_, holder) => {
  await leaveLock(holder);
  (await fileLocks(folder)('a', 'exclusive', AbortSignal.timeout(5_000)))();
});

test('takes over a lock that was not touched for a minute', async () => {
  await leaveLock({ pid: process.ppid, began: 0, host: 'elsewhere' });
  utimesSync(lockFile(), new Date(0), new Date(0));
  (await fileLocks(folder)('a', 'exclusive', AbortSignal.timeout(5_000)))();
});
