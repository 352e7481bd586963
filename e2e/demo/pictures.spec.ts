import { readFileSync } from 'node:fs';
import { chromiumArgs, needChromium } from '../../scripts/browsers/chromium.ts';
import { expect, test } from '../harness/test.ts';
import { add, BEES, dropOrPaste, type FixtureFile, hits, settled } from './helpers.ts';

// Chromium's fake camera: a green picture with a moving pie chart.
test.use({
  launchOptions: {
    executablePath: needChromium(),
    args: [...chromiumArgs, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  },
});

const NAMES = ['eagle.webp', 'peacock.webp', 'guitar.webp', 'banana.webp', 'photo-coffee.webp'];

test('searches by a pasted, dropped or taken picture, and for items like a hit', async ({ page }) => {
  const pictures = NAMES.map(picture);
  const [eagle, , , banana] = pictures as [FixtureFile, FixtureFile, FixtureFile, FixtureFile];
  await page.goto('/');
  await add(page, [...pictures, BEES]);
  const best = page.locator('.hits .name').first();

  await dropOrPaste(page, 'paste', '#query', [banana]);
  await expect(page.getByAltText('banana.webp')).toBeVisible();
  await expect(best).toHaveText('banana.webp');

  // A picture dropped on the search box becomes the query and is not added; the drop overlay disappears.
  await dropOrPaste(page, 'drop', '#query', [eagle]);
  await expect(best).toHaveText('eagle.webp');
  await expect(page.locator('.over')).toHaveCount(0);
  await settled(page);

  // With text and a picture, a change of either starts a new search.
  await page.locator('#query').fill('who lives in a hive');
  await page.getByRole('button', { name: 'Remove the picture' }).click();
  await expect(best).toHaveText('bees.txt');
  await settled(page);

  await page.getByRole('button', { name: 'Take a picture' }).click();
  const dialog = page.getByRole('dialog', { name: 'Take a picture' });
  await dialog.getByRole('button', { name: 'Take', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  const taken = page.getByAltText('camera picture');
  await expect(taken).toBeVisible();
  const seen = await taken.evaluate((image: HTMLImageElement) =>
    image.decode().then(() => image.naturalWidth),
  );
  expect(seen).toBeGreaterThan(100);
  await page.locator('#query').fill('');
  await expect(best).not.toHaveText('bees.txt');

  await page.getByRole('button', { name: 'Clear the search' }).click();
  await expect(page.locator('#collection-title')).toContainText('6 items');
  await page.locator('.grid .card', { hasText: 'eagle.webp' }).click();
  await page.getByRole('button', { name: 'More like this' }).click();
  await expect(page.locator('.chip')).toContainText('Like eagle.webp');
  await settled(page);
  await expect(best).toHaveText(/\.webp$/);
  expect((await hits(page)).toSorted()).toEqual(
    [...NAMES.filter((name) => name !== 'eagle.webp'), 'bees.txt'].toSorted(),
  );
  await page.getByRole('button', { name: 'No longer like eagle.webp' }).click();
  await expect(page.locator('.grid .card')).toHaveCount(6);
});

function picture(name: string): FixtureFile {
  return { name, mimeType: 'image/webp', buffer: readFileSync(`public/samples/${name}`) };
}
