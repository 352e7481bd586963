import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { memoryStore } from '../../storage/database.ts';
import { createProgressMeter } from '../../storage/progress.ts';
import { createWeights } from '../../storage/weights.ts';
import { nodeFetch } from './fetcher.ts';

const root = mkdtempSync(join(tmpdir(), 'tte-files-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = join(root, 'ä #1.bin');
writeFileSync(path, 'abcdefghij');
writeFileSync(join(root, 'empty.json'), '');
const url = pathToFileURL(path).href;

test('a file is served like by a server: whole, by ranges, with length and version', async () => {
  const whole = await nodeFetch(url);
  expect(await whole.text()).toBe('abcdefghij');
  expect(whole.headers.get('Content-Length')).toBe('10');
  expect(whole.headers.get('ETag')).toMatch(/^".+"$/);
  const part = await nodeFetch(url, { headers: { Range: 'bytes=2-4' } });
  expect([part.status, await part.text()]).toEqual([206, 'cde']);
  expect(part.headers.get('Content-Range')).toBe('bytes 2-4/10');
  const rest = await nodeFetch(url, { headers: { Range: 'bytes=8-' } });
  expect(await rest.text()).toBe('ij');
  expect((await nodeFetch(url, { headers: { Range: 'bytes=10-' } })).status).toBe(416);
  const head = await nodeFetch(url, { method: 'HEAD' });
  expect([head.headers.get('Content-Length'), await head.text()]).toEqual(['10', '']);
  expect(await (await nodeFetch(pathToFileURL(join(root, 'empty.json')).href)).text()).toBe('');
});

test('responds with 404 if there is no file, and reads nothing if aborted', async () => {
  expect((await nodeFetch(pathToFileURL(join(root, 'none')).href)).status).toBe(404);
  expect((await nodeFetch(pathToFileURL(root).href)).status).toBe(404);
  await expect(nodeFetch(url, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
});

function weights() {
  const stores = { persistent: memoryStore(), memory: memoryStore(), inMemoryKeys: new Set<string>() };
  const fetcher = { fetch: nodeFetch, isOwn: () => true, isLocal: () => true };
  const made = createWeights({ stores, fetcher, acquire: async () => () => {}, room: async () => null });
  const run = { signal: new AbortController().signal, meter: createProgressMeter(() => {}), onWarning() {} };
  const file = (sha256: string | null, bytes: number | null = 10) => ({
    key: url,
    url,
    name: 'm/file',
    bytes,
    hint: 10,
    sha256,
  });
  return { ...made, run, file, stored: () => stores.persistent.keys('') };
}

test('a model file on disk is verified, read in place and not stored again', async () => {
  const { whole, chunks, fetch, run, file, stored } = weights();
  const right = file('72399361da6a7754fec986dca5b7cbaf1c810a28ded4abaf56b2106d06cb78b0');
  await fetch(right, run);
  expect(new TextDecoder().decode((await whole(right, run)) ?? undefined)).toBe('abcdefghij');
  expect(await stored()).toEqual([]);
  for (const wrong of [file('0'.repeat(64)), file(null, 11)]) {
    await expect(chunks(wrong, run).next()).rejects.toMatchObject({ code: 'integrity' });
  }
  const none = { ...file(null, null), url: `${url}x` };
  expect(await whole(none, run)).toBeNull();
  await expect(chunks(none, run).next()).rejects.toMatchObject({ code: 'model-not-found' });
});
