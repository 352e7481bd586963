import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fileLocks } from './file-locks.ts';
import { fileStore } from './file-store.ts';
import { makeFolder } from './make-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'tte-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

test('makes all that are missing, also when several ask at once, and leaves those that are there', async () => {
  const path = join(root, 'a', 'b', 'c');
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)));
  await makeFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test('rejects where a file is in the way', async () => {
  writeFileSync(join(root, 'file'), '');
  await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(root, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

// Node's own recursive mkdir never settles there, and keeps a thread busy for ever.
test.skipIf(!existsSync('/proc/self'))(
  'below a folder that takes none, writing rejects and locking goes on',
  async () => {
    const path = '/proc/think-then-embed/data';
    await expect(makeFolder(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(fileStore(path).set([['a', 1]])).rejects.toMatchObject({ code: 'ENOENT' });
    (await fileLocks(path)('a', 'exclusive', null))();
  },
);
