import type { Page } from '@playwright/test';
import { expect, test } from '../harness/test.ts';
import { add, added, axeViolations, BEES, RENT, settled, WHALES } from './helpers.ts';

const VIEWS = ['search', 'ask', 'map', 'lab', 'device'] as const;

test('keyboard only: from the first screen to a hit, an edited trace and another view', async ({ page }) => {
  await page.goto('/');
  await tabTo(page, 'Skip to the content');
  await page.keyboard.press('Enter');
  const opening = page.waitForEvent('filechooser', { timeout: 30_000 });
  await tabTo(page, 'Choose files');
  await page.keyboard.press('Enter');
  await (await opening).setFiles([BEES, RENT, WHALES]);
  await expect(page.locator('.grid .card')).toHaveCount(3, { timeout: 90_000 });
  await added(page);

  await tabTo(page, 'Search', 'searchbox');
  await page.keyboard.type('what kind of thing is a whale ?');
  await settled(page);
  await tabTo(page, 'Auto', 'radio');
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('radio', { name: 'Full' })).toBeChecked();
  await expect(page.locator('.hits')).toHaveAttribute('data-stage', 'reasoned');
  await settled(page);

  // After a hit is opened and closed, the focus returns to it.
  await tabTo(page, 'whales.txt');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'whales.txt' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(focused(page)).toContainText('whales.txt');

  await tabTo(page, 'Edit');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Edit the trace', 'textbox');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('the rent of a flat');
  await tabTo(page, 'Search with this trace');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Your own trace is used.')).toBeVisible();
  await settled(page);
  await expect(page.locator('#trace')).toHaveText('the rent of a flat');

  await tabTo(page, 'Search', 'searchbox');
  await page.keyboard.press('Escape');
  await expect(page.locator('.grid .card')).toHaveCount(3);
  await tabTo(page, 'This device');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Device report' })).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('no view scrolls horizontally or has axe violations', async ({ page }) => {
    await page.goto('/');
    for (const view of VIEWS) {
      await page.goto(`/#${view}`);
      await expect(page.locator('main')).not.toBeEmpty();
      expect(await overhang(page), view).toEqual([]);
      expect(await axeViolations(page), view).toEqual([]);
    }
    await page.goto('/');
    await add(page, [BEES, RENT, WHALES]);
    await page.getByRole('radio', { name: 'Full' }).check();
    await page.locator('#query').fill('what kind of thing is a whale ?');
    await settled(page);
    expect(await overhang(page), 'hits').toEqual([]);
    await page.getByRole('switch', { name: 'Side by side' }).check();
    expect(await overhang(page), 'side by side').toEqual([]);
    expect(await axeViolations(page), 'side by side').toEqual([]);
    await page.locator('.hits .card').first().tap();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await overhang(page), 'a hit').toEqual([]);
    expect(await axeViolations(page), 'a hit').toEqual([]);
  });
});

/** Elements that extend beyond the viewport's right edge; none if the page cannot be scrolled horizontally. */
function overhang(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth && document.body.scrollWidth <= innerWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5)
      .map((element) => element.outerHTML.slice(0, 100));
  });
}

function focused(page: Page) {
  return page.locator(':focus');
}

/** Presses Tab until the control with the name has the focus. */
async function tabTo(page: Page, name: string, role?: 'searchbox' | 'radio' | 'textbox'): Promise<void> {
  const wanted = role
    ? page.getByRole(role, { name, exact: true })
    : page.locator('a, button', { hasText: name });
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab');
    const there = await focused(page).and(wanted).count();
    if (there > 0) return;
  }
  throw new Error(`“${name}” cannot be reached with the Tab key`);
}
