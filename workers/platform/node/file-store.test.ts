import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { storeContract } from '../../testing/store-contract.ts';
import { fileStore } from './file-store.ts';

const root = mkdtempSync(join(tmpdir(), 'tte-store-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder = '';
let made = 0;
beforeEach(() => {
  folder = join(root, String(made++));
});

const large = (fill: number) => new Uint8Array(100_000).fill(fill).buffer;
const firstByte = (value: unknown) => new Uint8Array(value as ArrayBuffer)[0];

describe('store on disk', () => {
  for (const [name, check] of Object.entries(storeContract)) test(name, () => check(fileStore(folder)));
});

test('another process sees what was written, removed and replaced', async () => {
  const [a, b] = [fileStore(folder), fileStore(folder)];
  await a.set([
    ['small', 1],
    ['large', large(1)],
  ]);
  expect(await b.get('small')).toBe(1);
  expect(firstByte(await b.get('large'))).toBe(1);
  await b.set([['large', large(2)]]);
  await b.remove(['small']);
  expect(firstByte(await a.get('large'))).toBe(2);
  expect(await a.keys('')).toEqual(['large']);
  expect(readdirSync(join(folder, 'blobs'))).toHaveLength(1);
});

test('concurrent writers lose nothing, not even while the log is compacted', async () => {
  const stores = [fileStore(folder), fileStore(folder), fileStore(folder)];
  await Promise.all(
    stores.map(async (store, s) => {
      for (let i = 0; i < 81; i++) {
        await store.set([
          [`${s}/${i}`, i],
          [`last/${s}`, i],
        ]);
        if (i % 3 === 0) await store.remove([`${s}/${i}`]);
      }
    }),
  );
  for (const store of [...stores, fileStore(folder)]) {
    expect(await store.keys('last/')).toHaveLength(3);
    expect(await store.keys('')).toHaveLength(165);
    expect(await store.get('last/1')).toBe(80);
  }
  expect(readdirSync(join(folder, 'log')).length).toBeLessThan(600);
  expect(readdirSync(join(folder, 'log')).filter((name) => name.startsWith('draft'))).toEqual([]);
});

test('files left behind by killed writers are deleted after an hour', async () => {
  await fileStore(folder).set([['large', large(1)]]);
  const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
  for (const [name, isOld] of [
    ['blobs/orphan', true],
    ['log/draft-orphan', true],
    ['blobs/fresh', false],
  ] as const) {
    writeFileSync(join(folder, name), 'x');
    if (isOld) utimesSync(join(folder, name), old, old);
  }
  for (const blob of readdirSync(join(folder, 'blobs'))) {
    if (blob !== 'fresh') utimesSync(join(folder, 'blobs', blob), old, old);
  }
  expect(firstByte(await fileStore(folder).get('large'))).toBe(1);
  expect(readdirSync(join(folder, 'blobs'))).toHaveLength(2);
  expect(readdirSync(join(folder, 'log'))).toEqual(['000000000001']);
});

test('a killed writer leaves only complete changes, including all that were acknowledged', async () => {
  const writer = spawn(process.execPath, [
    'scripts/run.mjs',
    'workers/platform/node/endless-writer.ts',
    folder,
  ]);
  let told = -1;
  for await (const chunk of writer.stdout) {
    told = Number(String(chunk).trim().split('\n').at(-1));
    if (told >= 300) break;
  }
  writer.kill('SIGKILL');
  await once(writer, 'exit');

  const store = fileStore(folder);
  const ids = async (prefix: string) => (await store.keys(prefix)).map((key) => key.slice(prefix.length));
  const small = await ids('small/');
  expect(await ids('large/')).toEqual(small);
  expect(small.length).toBeGreaterThan(told);
  for (const [key, value] of await store.entries('large/')) {
    expect(firstByte(value)).toBe(Number(key.slice('large/'.length)) % 256);
  }
  await store.set([['after', 1]]);
  expect(await fileStore(folder).get('after')).toBe(1);
});
