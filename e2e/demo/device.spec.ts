import { readFileSync } from 'node:fs';
import { expect, test } from '../harness/test.ts';
import { add, ask, BEES, hits, RENT, settled } from './helpers.ts';

const TEN_THOUSAND = 10_000;

test('shows size and license of every model before fetching any of it', async ({ page, server }) => {
  const before = server.hits.length;
  await page.goto('/#device');
  for (const [name, told] of [
    ['Pico', /21\.8 MB|22 MB · Apache-2\.0 · from this site/],
    ['MiniLM with SmolLM2 as reasoner', /118 MB · Apache-2\.0 · from huggingface\.co/],
    ['MiniLM', /15 MB · Apache-2\.0 · from huggingface\.co/],
    ['CLIP B/32', /153 MB · MIT · from huggingface\.co/],
  ] as const) {
    const model = page.locator('.models li').filter({ has: page.getByText(name, { exact: true }) });
    await expect(model).toContainText(told);
    await model.getByRole('radio').check();
  }
  // Choosing a model fetches nothing; using it does, and so does this button.
  await expect(page.getByRole('button', { name: 'Load now' })).toBeEnabled();
  const weights = server.hits.slice(before).filter(({ path }) => /\/hub\/|\.onnx/.test(path));
  expect(weights).toEqual([]);
});

test('copies a report without file names; deletes stored data including the collection', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/');
  const broken = { name: 'my diary.png', mimeType: 'image/png', buffer: Buffer.from('no picture') };
  await add(page, [BEES, RENT, broken]);
  await expect(page.locator('#messages')).toContainText('my diary.png');
  await page.getByRole('link', { name: 'This device' }).click();
  await expect(page.locator('#report')).toContainText('items in the collection: 2');
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toMatch(/^browser: .*Chrome/);
  expect(report).toMatch(/^loaded: \{.*"device":"wasm"/m);
  expect(report).not.toMatch(/diary|bees|rent/);

  const kept = page.locator('#storage li');
  const items = kept.filter({ hasText: 'Items for pico' });
  await expect(items).toContainText('2 items');
  await page.getByRole('button', { name: 'Delete Items for pico' }).click();
  await expect(items).toHaveCount(0);
  await page.getByRole('link', { name: 'Search' }).click();
  await expect(page.getByRole('button', { name: 'Try the sample collection' })).toBeVisible();
  // An empty collection must not load a model at the next visit.
  await page.reload();
  await expect(page.getByRole('button', { name: 'Try the sample collection' })).toBeVisible();
  await expect(page.locator('#badge-device')).toHaveText('model not loaded');
});

test('exports a collection and imports it into a new profile, even with ten thousand items', async ({
  page,
  browser,
  server,
}) => {
  test.setTimeout(240_000);
  await page.goto('/');
  await add(page, [BEES, RENT]);
  await page.getByRole('link', { name: 'This device' }).click();
  const parquet = await exported('Parquet');
  expect(parquet.name).toMatch(/\.parquet$/);
  const lines = await exported('JSON Lines');
  const [manifest = '', row = ''] = readFileSync(lines.path, 'utf8').trim().split('\n');

  const fresh = await browser.newContext({ baseURL: server.origin });
  const other = await fresh.newPage();
  await other.goto('/#device');
  await other.locator('#import').setInputFiles(parquet.path);
  const status = other.locator('#exchange-status');
  await expect(status).toHaveText('2 items imported.', { timeout: 90_000 });
  await other.getByRole('link', { name: 'Search' }).click();
  await ask(other, 'honey');
  expect(await hits(other)).toEqual(['bees.txt', 'rent.txt']);

  // Add enough items for a grid of ten thousand.
  await other.getByRole('link', { name: 'This device' }).click();
  await other.locator('#import').evaluate(fill, [manifest, row, TEN_THOUSAND - 2] as const);
  await expect(status).toHaveText('9,998 items imported.', { timeout: 120_000 });
  await other.getByRole('link', { name: 'Search' }).click();
  await other.getByRole('button', { name: 'Clear the search' }).click();
  await expect(other.locator('#collection-title')).toContainText('10,000 items');
  const nodes = () => other.evaluate(() => document.querySelectorAll('.grid *').length);
  const name = (at: number) => other.locator(`.grid li[aria-posinset="${at}"] .name`);
  await expect(name(1)).toBeVisible();
  expect(await nodes()).toBeLessThan(600);
  // Scroll to the middle, and to the end with the keyboard.
  await other.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2));
  await expect.poll(() => other.locator('.grid .name').first().textContent()).toMatch(/^row [45]\d\d\d$/);
  await other.keyboard.press('End');
  await expect(name(TEN_THOUSAND)).toHaveText('row 9997');
  await expect(name(TEN_THOUSAND)).toBeInViewport();
  expect(await nodes()).toBeLessThan(600);
  await ask(other, 'the rent of a flat');
  await settled(other);
  expect((await hits(other))[0]).toBe('rent.txt');
  await fresh.close();

  async function exported(format: string): Promise<{ name: string; path: string }> {
    await page.getByLabel('Format').selectOption(format);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    return { name: file.suggestedFilename(), path: await file.path() };
  }
});

/** Selects a file with `count` copies of a row in an input; created in the page, as it is too large to be sent there. */
function fill(input: Element, [manifest, row, count]: readonly [string, string, number]): void {
  const parsed = JSON.parse(row) as object;
  const rows = Array.from({ length: count }, (_, at) => {
    const metadata = { kind: 'text', name: `row ${at}` };
    return `${JSON.stringify({ ...parsed, id: metadata.name, metadata })}\n`;
  });
  const data = new DataTransfer();
  data.items.add(new File([`${manifest}\n`, ...rows], 'many.jsonl'));
  (input as HTMLInputElement).files = data.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}
