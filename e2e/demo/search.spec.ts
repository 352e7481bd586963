import { expect, test } from '../harness/test.ts';
import { axeViolations } from './helpers.ts';

declare global {
  interface Window {
    /** Times of the first click and of the first hit on the page, in ms since navigation. */
    seen: { click: number; hit: number };
  }
}

/** Uses the page's own clock, because Playwright polls only at intervals. */
function watchForHits(): void {
  const seen = { click: 0, hit: 0 };
  window.seen = seen;
  addEventListener('click', () => (seen.click ||= performance.now()), { capture: true });
  new MutationObserver(() => {
    if (document.querySelector('.hits li')) seen.hit ||= performance.now();
  }).observe(document, { childList: true, subtree: true });
}

test('the sample collection is searched while it is added, with a trace, with an edited trace, and at the second visit', async ({
  page,
}) => {
  test.setTimeout(400_000);
  await page.addInitScript(watchForHits);
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  await page.goto('/');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.getByRole('button', { name: 'Try the sample collection' }).click();
  await page.locator('#query').fill('how do plants make food');
  await expect(page.locator('.hits li').first()).toBeVisible({ timeout: 120_000 });
  const afterClickMs = await page.evaluate(() => window.seen.hit - window.seen.click);

  await expect(page.locator('.adding')).toHaveCount(0, { timeout: 300_000 });
  await page.locator('#query').fill('dough baked in an iron pot');
  await expect(page.locator('.hits li').first()).toContainText('Bread for Sunday');
  await expect(page.locator('#search-status')).toContainText('Done.');

  // A page is found by its words, and a photograph by a caption, without what only pictures need: their vectors are there already.
  for (const [words, name] of [
    ['reward for biscuit', 'Notice about a lost cat'],
    ['an espresso and a spoon on a saucer', 'A cup of coffee'],
  ] as const) {
    await page.locator('#query').fill(words);
    await expect(page.locator('.hits li').first()).toContainText(name);
  }
  await expect(page.locator('#search-status')).toContainText('Done.');
  expect(fetched.filter((url) => /embedding_head/.test(url))).not.toEqual([]);
  expect(fetched.filter((url) => /vision_encoder|photo_head|_detector|_recognizer/.test(url))).toEqual([]);

  // What the search took out of the question can be left out, and changed, by the keyboard.
  await page.locator('#query').fill('texts about dough, without honey');
  const parts = page.getByRole('region', { name: 'How the question was understood' });
  await expect(parts.getByRole('button', { name: 'Change “without honey”' })).toBeVisible();
  await parts.getByRole('button', { name: 'Leave out “only kind = text”' }).press('Enter');
  await expect(parts.getByRole('button', { name: 'Change “without honey”' })).toBeFocused();
  await expect(parts.getByRole('button', { name: 'Leave out “only kind = text”' })).toHaveCount(0);
  await parts.getByRole('button', { name: 'Change “about dough”' }).press('Enter');
  await page.keyboard.type('bread');
  // Hits that come meanwhile leave what was typed.
  await page.getByRole('radio', { name: 'Full' }).check();
  await expect(page.locator('.hits')).toHaveAttribute('data-stage', 'reasoned', { timeout: 60_000 });
  await expect(page.locator('#search-status')).toContainText('Done.');
  await page.getByRole('radio', { name: 'Auto' }).check();
  await parts.getByRole('textbox').press('Enter');
  await expect(parts.getByRole('button', { name: 'Change “about bread”' })).toBeFocused();
  await expect(page.locator('.hits li').first()).toContainText('Bread for Sunday');
  await page.locator('#query').fill('dough baked in an iron pot');
  await expect(parts).toHaveCount(0);

  // An edited trace moves the hits, and the page shows by how much.
  await page.getByRole('radio', { name: 'Full' }).check();
  await expect(page.locator('.hits')).toHaveAttribute('data-stage', 'reasoned', { timeout: 60_000 });
  await expect(page.locator('#trace')).not.toHaveAttribute('data-empty');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Edit the trace').fill('bees honey sugar syrup hive');
  await page.getByRole('button', { name: 'Search with this trace' }).click();
  await expect(page.getByText('Your own trace is used.')).toBeVisible();
  await expect(page.locator('.hits .moved').first()).toBeVisible();
  await page.getByRole('switch', { name: 'Side by side' }).check();
  await expect(
    page.getByRole('region', { name: 'Without thinking' }).locator('.hits li').first(),
  ).toBeVisible();
  await expect(page.getByRole('region', { name: 'With thinking' }).locator('.hits li').first()).toBeVisible();
  await page.getByRole('switch', { name: 'Side by side' }).uncheck();

  // A filter, and a search for items like a hit.
  await page.getByLabel('Show').selectOption('picture');
  await expect(page.locator('.hits')).not.toContainText('Bread for Sunday');
  await expect(page.locator('#badge-sent')).toHaveText('bytes sent: 0');

  await page.goto('/nothing-there');
  await page.goto('/#search?q=whales');
  await expect(page.locator('.hits li').first()).toContainText('Whales', { timeout: 60_000 });
  const secondVisitMs = await page.evaluate(() => window.seen.hit);
  console.log('first result, ms:', { afterClickMs, secondVisitMs });
  expect(await axeViolations(page)).toEqual([]);
});

test('no view has axe violations, light or dark', async ({ page }) => {
  await page.goto('/');
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const view of ['search', 'ask', 'lab', 'device']) {
      await page.goto(`/#${view}`);
      await expect(page.locator('main')).not.toBeEmpty();
      expect(await axeViolations(page), `${view}, ${scheme}`).toEqual([]);
    }
  }
});
