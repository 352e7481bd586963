import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from '../harness/test.ts';
import { axeViolations } from './helpers.ts';

const { notes, pictures } = JSON.parse(readFileSync('public/samples/collection.json', 'utf8')) as {
  notes: unknown[];
  pictures: unknown[];
};
const SAMPLES = notes.length + pictures.length;

test('the map of the sample collection: hover, lasso, keys, matrix, new items', async ({ page }, info) => {
  test.setTimeout(400_000);
  await page.goto('/');
  await page.getByRole('button', { name: 'Try the sample collection' }).click();
  await expect(page.locator('.adding')).toBeVisible();
  await expect(page.locator('.adding')).toHaveCount(0, { timeout: 300_000 });
  await page.getByRole('link', { name: 'Map' }).click();
  await expect(page.locator('#map')).toHaveAccessibleName(new RegExp(`^Map of ${SAMPLES} items`), {
    timeout: 60_000,
  });
  await expect(page.locator('#map-status')).toHaveText('Nothing is selected.');
  await expect.poll(() => colours(page)).toBeGreaterThan(50);
  const { x, y, width, height } = await box(page);

  // Hover along the middle until there is an item.
  const name = page.locator('#map-item .name');
  for (let at = 0.1; at < 0.9 && !(await name.isVisible()); at += 0.01) {
    await page.mouse.move(x + width * at, y + height * 0.5);
  }
  await expect(name).not.toBeEmpty();
  await info.attach('hover', { body: await page.screenshot(), contentType: 'image/png' });

  // A loop around the left half.
  await page.mouse.move(x + 3, y + 3);
  await page.mouse.down();
  for (const [right, down] of [
    [0.5, 0],
    [0.5, 0.99],
    [0, 0.99],
  ] as const) {
    await page.mouse.move(x + 3 + width * right, y + 3 + (height - 8) * down, { steps: 8 });
  }
  await page.mouse.up();
  await expect(page.locator('#map-status')).toHaveText(/^\d+ items selected$/);
  const many = Number.parseInt((await page.locator('#map-status').textContent()) ?? '', 10);
  expect(many).toBeGreaterThan(12);
  expect(many).toBeLessThan(SAMPLES);
  await expect(page.locator('#matrix tbody tr')).toHaveCount(12);
  await expect(page.getByText('The first 12 of the selection.')).toBeVisible();
  for (let i = 0; i < 12; i++) {
    const cells = page.locator('#matrix tbody tr').nth(i).locator('td');
    await expect(cells).toHaveCount(12);
    await expect(cells.nth(i)).toHaveText('1.00');
  }
  await page.locator('#matrix tbody td').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('#matrix-cell')).toHaveText(/^.+ and .+: -?[01]\.\d\d$/);

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await info.attach(colorScheme, {
      body: await page.screenshot({ fullPage: true }),
      contentType: 'image/png',
    });
    expect(await axeViolations(page), colorScheme).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });

  // Keyboard only.
  await page.getByRole('button', { name: 'Clear the selection' }).click();
  await expect(page.locator('#matrix')).toHaveCount(0);
  await page.locator('#map').focus();
  const visited = new Set<string>();
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowLeft']) {
    await page.keyboard.press(key);
    const found = (await name.textContent()) ?? '';
    if (!visited.has(found)) await page.keyboard.press('Enter');
    visited.add(found);
  }
  expect(visited.size).toBeGreaterThan(1);
  await expect(page.locator('#map-status')).toHaveText(`${visited.size} items selected`);
  await expect(page.locator('#matrix tbody tr')).toHaveCount(visited.size);
  await page.locator('#matrix').scrollIntoViewIfNeeded();
  await info.attach('keys', { body: await page.screenshot(), contentType: 'image/png' });
  await page.locator('#map').focus();
  await page.keyboard.press('Escape');
  await expect(page.locator('#map-status')).toHaveText('Nothing is selected.');

  await page.setViewportSize({ width: 390, height: 844 });
  await page.mouse.move(0, 0);
  await info.attach('phone', { body: await page.screenshot(), contentType: 'image/png' });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  // New items appear on the map.
  await page.getByRole('link', { name: 'Search' }).click();
  await page.locator('#files').setInputFiles({
    name: 'hives.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('Bees live in a hive and make honey.'),
  });
  await expect(page.locator('#collection-title')).toContainText(`${SAMPLES + 1} items`, { timeout: 60_000 });
  await page.getByRole('link', { name: 'Map' }).click();
  await expect(page.locator('#map')).toHaveAccessibleName(new RegExp(`^Map of ${SAMPLES + 1} items`));
});

test('a message appears if the collection is too small for a map', async ({ page }) => {
  await page.goto('/#map');
  await expect(page.getByText('The map needs at least five items.')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
});

function box(page: Page) {
  return page.locator('#map').evaluate((map) => {
    const { x, y, width, height } = map.getBoundingClientRect();
    return { x, y, width, height };
  });
}

/** The number of different colours on the map. */
function colours(page: Page): Promise<number> {
  return page
    .locator('#map canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
      };
      const seen = new Set<string>();
      for (let i = 0; i < data.length; i += 400) seen.add(data.slice(i, i + 4).join());
      return seen.size;
    });
}
