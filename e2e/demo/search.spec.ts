import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { startServer } from '../../scripts/server/server.ts';
import { expect, test } from '../harness/test.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test('the sample: searched while it is added, thought about, changed, found again at the second visit', async ({
  page,
}) => {
  test.setTimeout(400_000);
  await page.goto('/');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const clicked = Date.now();
  await page.getByRole('button', { name: 'Try the sample collection' }).click();
  await page.locator('#query').fill('how do plants make food');
  await expect(page.locator('.hits li').first()).toBeVisible({ timeout: 120_000 });
  const first = Date.now() - clicked;

  await expect(page.locator('.adding')).toHaveCount(0, { timeout: 300_000 });
  await page.locator('#query').fill('dough baked in an iron pot');
  await expect(page.locator('.hits li').first()).toContainText('Bread for Sunday');
  await expect(page.locator('#search-status')).toContainText('Done.');

  // A thought of one's own moves the hits, and says by how much.
  await page.getByRole('radio', { name: 'Full' }).check();
  await expect(page.locator('.hits')).toHaveAttribute('data-stage', 'thought', { timeout: 60_000 });
  await expect(page.locator('#trace')).not.toHaveAttribute('data-empty');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('The trace, to change').fill('bees honey sugar syrup hive');
  await page.getByRole('button', { name: 'Search with this trace' }).click();
  await expect(page.getByText('Your own trace is used.')).toBeVisible();
  await expect(page.locator('.hits .moved').first()).toBeVisible();
  await page.getByRole('switch', { name: 'Side by side' }).check();
  await expect(
    page.getByRole('region', { name: 'Without thinking' }).locator('.hits li').first(),
  ).toBeVisible();
  await expect(page.getByRole('region', { name: 'With thinking' }).locator('.hits li').first()).toBeVisible();
  await page.getByRole('switch', { name: 'Side by side' }).uncheck();

  // Filters, and more like one of them.
  await page.getByLabel('Show').selectOption('picture');
  await expect(page.locator('.hits')).not.toContainText('Bread for Sunday');
  await expect(page.locator('#badge-sent')).toHaveText('bytes sent: 0');

  await page.goto('/nothing-there');
  const again = Date.now();
  await page.goto('/#search?q=whales');
  await expect(page.locator('.hits li').first()).toContainText('Whales', { timeout: 60_000 });
  console.log('first result:', { afterClickMs: first, secondVisitMs: Date.now() - again });
  expect(await complaints(page)).toEqual([]);
});

test('every view passes axe, light and dark', async ({ page }) => {
  await page.goto('/');
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const view of ['search', 'ask', 'lab', 'device']) {
      await page.goto(`/#${view}`);
      await expect(page.locator('main')).not.toBeEmpty();
      expect(await complaints(page), `${view}, ${scheme}`).toEqual([]);
    }
  }
});

test('with its server dead the page opens, adds and finds', async ({ page, originGuard }) => {
  const own = await startServer();
  await page.goto(`${own.origin}/`);
  await expect(page.locator('#badge-offline')).toHaveText('works offline', { timeout: 90_000 });
  await own.close();
  await page.goto(`${own.origin}/`);
  await page.locator('#files').setInputFiles([
    { name: 'bees.txt', mimeType: 'text/plain', buffer: Buffer.from('Bees live in a hive and make honey.') },
    {
      name: 'rent.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('The landlord may raise the rent once a year.'),
    },
  ]);
  await page.locator('#query').fill('honey');
  await expect(page.locator('.hits li').first()).toContainText('bees.txt', { timeout: 90_000 });
  originGuard.forgive();
});

test('a collection goes out as a file, is deleted, and comes back', async ({ page }) => {
  await page.goto('/');
  await page.locator('#files').setInputFiles([
    {
      name: 'bees.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('Bees live in a hive and make honey.'),
    },
  ]);
  await expect(page.locator('.grid .card')).toHaveCount(1, { timeout: 90_000 });
  await page.getByRole('link', { name: 'This device' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.parquet$/);
  const path = await file.path();
  await page.getByRole('link', { name: 'Search' }).click();
  await page.locator('.grid .card').click();
  await page.getByRole('button', { name: 'Delete from the collection' }).click();
  await page.getByRole('link', { name: 'This device' }).click();
  await page.locator('#import').setInputFiles(path);
  await expect(page.locator('#exchange-status')).toHaveText('1 item imported.');
});

/** What axe finds wrong, in a line each. */
async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
}

interface Violation {
  id: string;
  nodes: { html: string }[];
}
