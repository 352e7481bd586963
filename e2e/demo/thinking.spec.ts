import type { Page } from '@playwright/test';
import { expect, test } from '../harness/test.ts';
import { add, ask, BEES, hits, RENT, settled, textFile, WHALES } from './helpers.ts';

const LION = textFile('lion.txt', 'Lions hunt at night.');

test('thinking can be skipped, stopped or replaced by a trace; traces are kept in the history', async ({
  page,
}) => {
  await page.goto('/');
  await add(page, [BEES, RENT, WHALES, LION]);
  await page.getByRole('radio', { name: 'Full' }).check();
  const status = page.locator('#search-status');

  await clickAsSoonAsShown(page, 'Skip thinking');
  await page.locator('#query').fill('what kind of thing is a lion ?');
  await expect(status).toContainText('Thinking skipped: these are the quick hits.');
  await expect(page.locator('.hits')).toHaveAttribute('data-stage', 'quick');
  expect((await hits(page))[0]).toBe('lion.txt');

  await clickAsSoonAsShown(page, 'Stop', 'Skip thinking');
  await page.locator('#query').fill('what kind of thing is a whale ?');
  await expect(status).toContainText('Stopped.');
  await expect(page.locator('.hits')).toHaveAttribute('data-stage', 'quick');
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0);

  // After either, a search still runs to the end.
  await ask(page, 'what kind of thing is a zebra ?');
  await expect(page.locator('.hits')).toHaveAttribute('data-stage', 'reasoned');
  await expect(page.locator('#trace')).toContainText('zebra');

  // The user's own trace applies to this text only.
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Edit the trace').fill('the landlord and the rent of a flat');
  await page.getByRole('button', { name: 'Search with this trace' }).click();
  await expect(page.getByText('Your own trace is used.')).toBeVisible();
  await expect(page.locator('.hits .name').first()).toHaveText('rent.txt');
  await settled(page);
  await ask(page, 'what kind of thing is a bee ?');
  await expect(page.getByText('Your own trace is used.')).toHaveCount(0);

  // Side by side.
  await page.getByRole('switch', { name: 'Side by side' }).check();
  for (const [name, stage] of [
    ['Without thinking', 'quick'],
    ['With thinking', 'reasoned'],
  ] as const) {
    const ranking = page.getByRole('region', { name });
    await expect(ranking.locator('.hits')).toHaveAttribute('data-stage', stage);
    await expect(ranking.locator('.hits li')).toHaveCount(4);
  }
  await page.getByRole('switch', { name: 'Side by side' }).uncheck();

  // Repeat an earlier search after a reload.
  await page.reload();
  await ask(page, 'honey');
  await page.getByText('Earlier thoughts').click();
  const earlier = page.locator('.history li');
  await expect(earlier.filter({ hasText: 'a zebra' }).first()).toContainText('zebra');
  await earlier.filter({ hasText: 'a bee' }).first().getByRole('button').click();
  await expect(page.locator('#query')).toHaveValue('what kind of thing is a bee ?');
  await settled(page); // a search that ends later would be added to the history again
  await page.getByRole('button', { name: 'Clear the history' }).click();
  await expect(page.getByText('Your searches and their traces will appear here.')).toBeVisible();
});

test('words count unless hybrid search is off, and filters exclude items', async ({ page }) => {
  await page.goto('/');
  // A name in the middle of a text about something else, among short texts that begin like the name.
  const minutes = textFile(
    'minutes.txt',
    'The committee met on Tuesday and chose a new roof for the school. Zwackelmo wrote this down, and the next meeting is in May.',
  );
  const others = Array.from({ length: 20 }, (_, at) => textFile(`${at}.txt`, `Zwackelberg, ${at}`));
  await add(page, [...others, minutes, BEES]);
  await page.getByRole('radio', { name: 'Never' }).check();
  await ask(page, 'zwackelmo');
  expect((await hits(page))[0]).toBe('minutes.txt');
  await page.getByRole('switch', { name: 'Words count too' }).uncheck();
  await expect(page.locator('.hits .name').first()).not.toHaveText('minutes.txt');
  await page.getByLabel('Show').selectOption('picture');
  await expect(page.getByText('No matches.')).toBeVisible();
  await page.getByLabel('Show').selectOption('text');
  await expect(page.locator('.hits li')).toHaveCount(22);
});

/** Clicks by a script in the page, because a small model has finished thinking before Playwright could find the button. */
async function clickAsSoonAsShown(page: Page, name: string, onceThereIs = name): Promise<void> {
  await page.evaluate(
    ([name, onceThereIs]) => {
      const find = (words: string) =>
        [...document.querySelectorAll('button')].find(({ textContent }) => textContent === words);
      const observer = new MutationObserver(() => {
        if (!find(onceThereIs)) return;
        observer.disconnect();
        find(name)?.click();
      });
      observer.observe(document.body, { childList: true, subtree: true });
    },
    [name, onceThereIs] as const,
  );
}
