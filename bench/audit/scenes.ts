/** States of the page to audit: every view, empty and in use. Each scene continues where the previous one ended. */
import { expect, type Page } from '@playwright/test';
import { added, settled } from '../../e2e/demo/helpers.ts';

export interface Scene {
  name: string;
  show(page: Page): Promise<void>;
}

export const SCENES: readonly Scene[] = [
  { name: 'first screen', show: (page) => open(page, '') },
  { name: 'ask, empty', show: (page) => open(page, '#ask') },
  { name: 'map, empty', show: (page) => open(page, '#map') },
  { name: 'one vector, empty', show: (page) => open(page, '#lab') },
  { name: 'this device, empty', show: (page) => open(page, '#device') },
  {
    name: 'collection',
    async show(page) {
      await open(page, '');
      await page.getByRole('button', { name: 'Try the sample collection' }).click();
      await expect(page.locator('.adding')).toBeVisible({ timeout: 60_000 });
      await added(page);
    },
  },
  {
    name: 'an item',
    async show(page) {
      await page.locator('.grid .card').first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'hits',
    async show(page) {
      await page.keyboard.press('Escape');
      await page.getByRole('radio', { name: 'Full' }).check();
      await page.locator('#query').fill('what kind of thing is a lion ?');
      await settled(page);
    },
  },
  {
    name: 'side by side',
    show: (page) => page.getByRole('switch', { name: 'Side by side' }).check(),
  },
  {
    name: 'a thought, asked',
    async show(page) {
      await page.getByRole('switch', { name: 'Side by side' }).uncheck();
      await page.getByRole('link', { name: 'Ask a picture' }).click();
      await page.locator('.offered button').first().click();
      await page.locator('.examples button').first().click();
      await expect(page.locator('.crops li')).toHaveCount(5, { timeout: 90_000 });
    },
  },
  {
    name: 'map',
    async show(page) {
      await page.getByRole('link', { name: 'Map' }).click();
      // The map is drawn without a click.
      await expect(page.getByLabel(/^Map of \d+ items/)).toBeVisible({ timeout: 90_000 });
    },
  },
  {
    name: 'one vector',
    async show(page) {
      await page.getByRole('link', { name: 'One vector' }).click();
      for (const words of ['a cat on a mat', 'a dog on a rug']) {
        await page.getByLabel('Text', { exact: true }).fill(words);
        await page.getByRole('button', { name: 'Embed', exact: true }).click();
        await expect(page.locator('#status')).toHaveText('Done.', { timeout: 60_000 });
      }
    },
  },
  {
    name: 'this device',
    async show(page) {
      await page.getByRole('link', { name: 'This device' }).click();
      await expect(page.locator('#storage li').first()).toBeVisible();
    },
  },
];

async function open(page: Page, hash: string): Promise<void> {
  await page.goto(`/${hash}`);
  await expect(page.locator('main')).not.toBeEmpty();
  // Wait for the visible pictures.
  await page.waitForLoadState('networkidle');
}
