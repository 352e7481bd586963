import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { VectorIndex } from '../index.ts';
import { command } from './command.ts';
import { createEmbedder } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'tte-site-'));
const [site, out, dataDir] = ['site', 'site.tte.parquet', 'data'].map((name) => join(root, name)) as [
  string,
  string,
  string,
];
const model = 'e2e/fixtures/models/tiny-bert-mean';
cpSync('e2e/site', site, { recursive: true });
afterAll(() => rmSync(root, { recursive: true }));

/** Runs the command in this process. */
async function run(...args: string[]) {
  const said = { out: '', error: '' };
  const terminal = {
    out: (text: string) => {
      said.out += text;
    },
    error: (text: string) => {
      said.error += text;
    },
    isInteractive: false,
  };
  return { code: await command(args, terminal, createEmbedder), ...said };
}

const build = (...more: string[]) =>
  run('index', site, '--out', out, '--model', `./${model}`, '--data-dir', dataDir, ...more);

async function withIndex<T>(use: (index: VectorIndex) => Promise<T>): Promise<T> {
  const tte = await createEmbedder({ model: `./${model}`, dataDir });
  try {
    const index = await tte.openIndex('test');
    await index.import(new Blob([readFileSync(out)]));
    const result = await use(index);
    await tte.deleteIndex('test');
    return result;
  } finally {
    await tte.dispose();
  }
}

const paths = () =>
  withIndex(async (index) => {
    const items = await index.list();
    return items.map(({ metadata }) => metadata.url as string).sort();
  });

test('indexes a folder; when run again, embeds only new passages', async () => {
  rmSync(join(site, 'sea-eagle.webp')); // this model reads no pictures
  const first = await build('--base', '/docs');
  expect(first).toMatchObject({ code: 0 });
  expect(first.out).toMatch(
    /site\.tte\.parquet: \d+ items of 6 files, \d+ kB \(\d+ embedded, 0 unchanged, 0 removed\)/,
  );
  const urls = await paths();
  expect(urls).toContain('/docs/#keepers');
  expect(urls).toContain('/docs/guide/lamp.html#flashes');
  expect(urls).toContain('/docs/guide/fog.md#before-the-horn');
  expect(urls).toContain('/docs/birds.txt');

  const fields = await withIndex(async (index) => (await index.list()).map(({ metadata }) => metadata));
  expect(fields.find(({ path }) => path === 'guide/fog.md')).toMatchObject({
    folders: ['guide'],
    type: 'markdown',
  });
  expect(fields.find(({ path }) => path === 'birds.txt')).not.toHaveProperty('folders');

  const written = statSync(out).mtimeMs;
  expect((await build('--base', '/docs')).out).toContain('(0 embedded, ');
  expect(statSync(out).mtimeMs).toBe(written);

  writeFileSync(join(site, 'birds.txt'), 'Only gannets are left.\n');
  const changed = await build('--base', '/docs');
  expect(changed.out).toMatch(/\(1 embedded, \d+ unchanged, \d+ removed\)/);
  const texts = await withIndex(async (index) => (await index.list()).map(({ text }) => text));
  expect(texts).toContain('Only gannets are left.');
  expect(texts.join()).not.toContain('puffins');
});

test('rebuilds an index that was made with another model', async () => {
  await build();
  const other = await run(
    'index',
    site,
    '--out',
    out,
    '--model',
    './e2e/fixtures/models/tiny-bert-cls',
    '--data-dir',
    dataDir,
  );
  expect(other).toMatchObject({ code: 0 });
  expect(other.out).toMatch(/The earlier file was of no use.*space/);
  expect(other.out).toContain(' 0 unchanged');
});

test('names an unreadable file and indexes the others', async () => {
  writeFileSync(join(site, 'broken.pdf'), 'no PDF');
  const report = await build();
  rmSync(join(site, 'broken.pdf'));
  expect(report.code).toBe(3);
  expect(report.error).toContain('broken.pdf: not a readable PDF');
  expect((await paths()).length).toBeGreaterThan(5);
});

test('with auto, a scanned page is found by its words', { timeout: 300_000 }, async () => {
  const scans = join(root, 'scans');
  cpSync('public/samples/page-notice.webp', join(scans, 'notice.webp'));
  writeFileSync(join(scans, 'rent.txt'), 'The landlord may raise the rent once a year.');
  const file = join(root, 'scans.tte.parquet');
  const made = await run('index', scans, '--out', file, '--think', 'auto', '--data-dir', dataDir);
  expect(made).toMatchObject({ code: 0 });
  const tte = await createEmbedder({ dataDir });
  try {
    const index = await tte.openIndex('scans', { think: 'auto' });
    await index.import(new Blob([readFileSync(file)]));
    const [first] = (await index.search({ text: 'reward for biscuit' })).hits;
    expect(first?.metadata.path).toBe('notice.webp');
    expect(first?.trace).toMatch(/LOST CAT/);
    expect((await index.list()).find(({ metadata }) => metadata.path === 'rent.txt')?.trace).toBeNull();
  } finally {
    await tte.dispose();
  }
});

test.each([
  [['index'], 'Name the folder'],
  [['index', 'no-such-folder', '--out', 'x'], 'is not a folder'],
  [['index', 'src'], '--out'],
  [['index', 'src', 'docs', '--out', 'x'], 'one folder'],
  [['inedx', 'src'], 'no command'],
  [['index', 'src', '--out', 'x', '--think', 'always'], '--think'],
  [['index', 'src', '--out', 'x', '--max-tokens', '3'], '--max-tokens'],
  [['index', 'src', '--out', 'x', '--colour'], 'colour'],
])('%j is refused with what is wrong', async (args, message) => {
  const { code, error } = await run(...args);
  expect(code).toBe(2);
  expect(error).toContain(message);
});

test('prints help, and reports a model that does not exist', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Usage:') });
  const missing = await run('index', site, '--out', out, '--model', './nowhere', '--data-dir', dataDir);
  expect(missing.code).toBe(1);
  expect(missing.error).toMatch(/^No index was written: .*model-not-found/);
});
