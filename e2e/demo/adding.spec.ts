import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../harness/test.ts';
import { pdf, video } from './fixtures.ts';
import { add, added, ask, BEES, hits, RENT, settled, textFile, WHALES } from './helpers.ts';

test('finds pages of a PDF and frames of a video; a broken file does not stop the others', async ({
  page,
}) => {
  await page.goto('/');
  const guide = pdf('guide.pdf', [
    'Keeping bees: a hive gives its keeper honey in the summer.',
    'Renting a flat: the landlord may raise the rent once a year.',
    '', // a page with a drawing only, indexed as a picture
  ]);
  const broken = { ...guide, name: 'broken.pdf', buffer: guide.buffer.subarray(0, 60) };
  const office = { name: 'table.xlsx', mimeType: 'application/vnd.ms-excel', buffer: Buffer.from('PK') };
  await page
    .locator('#files')
    .setInputFiles([broken, office, guide, await video(page, 'clip.webm', 5), BEES]);
  await expect(page.locator('.grid .card')).toHaveCount(6, { timeout: 120_000 });
  await added(page);
  const names = await page.locator('.grid .name').allTextContents();
  expect(names.slice(0, 3)).toEqual(['guide.pdf, page 1', 'guide.pdf, page 2', 'guide.pdf, page 3']);
  expect(names[3]).toMatch(/^clip\.webm, at [01](\.\d)? s$/);
  expect(names[4]).toMatch(/^clip\.webm, at [23](\.\d)? s$/);
  expect(names[5]).toBe('bees.txt');
  await expect(page.locator('#messages li')).toHaveText([
    /^1 file left out: only pictures/,
    /^broken\.pdf: .*PDF/,
  ]);
  // The two frames show different moments.
  const colours = await page.locator('.grid img').evaluateAll((images) =>
    images.map((image) => {
      const pen = new OffscreenCanvas(1, 1).getContext('2d');
      pen?.drawImage(image as HTMLImageElement, 0, 0, 1, 1);
      const [red = 0, , blue = 0] = pen?.getImageData(0, 0, 1, 1).data ?? [];
      return red > 150 && blue < 90 ? 'red' : blue > 150 && red < 90 ? 'blue' : 'other';
    }),
  );
  expect(colours.slice(-2)).toEqual(['red', 'blue']);

  await ask(page, 'what does the owner of the flat ask for');
  expect((await hits(page))[0]).toBe('guide.pdf, page 2');
  await page.getByLabel('Show').selectOption('frame');
  await expect(page.locator('.hits li')).toHaveCount(2);
  await settled(page);
  expect((await hits(page)).every((name) => name.startsWith('clip.webm'))).toBe(true);
});

test('a long text is one item, found by what stands at its end, which is shown with the words marked', async ({
  page,
}) => {
  const talk = 'We spoke about the old house, its roof, and the neighbours. '.repeat(40);
  const end = '## Garden\nThe tomatoes want water each evening in July.\n';
  await page.goto('/');
  await add(page, [textFile('diary.md', `# Diary\n${talk}\n\n${end}`), BEES, RENT]);
  await ask(page, 'watering tomatoes');
  const [first] = await page.locator('.hits li').all();
  await expect(first!.locator('.name')).toHaveText('diary.md');
  await expect(first!.locator('mark')).toHaveText(['tomatoes']);
  expect(await hits(page)).toHaveLength(3);
  await first!.locator('.card').click();
  const dialog = page.getByRole('dialog', { name: 'diary.md' });
  await expect(dialog.getByText('Garden', { exact: true })).toBeVisible();
  await expect(dialog.locator('mark')).toHaveText(['tomatoes']);
  await expect(dialog.getByText('# Diary')).toBeHidden();
  await dialog.getByText('The whole text').click();
  await expect(dialog.getByText('# Diary')).toBeVisible();
});

test('adds a chosen folder and a dropped one', async ({ page }, info) => {
  const chosen = folder(info.outputPath('notes'), {
    'bees.txt': BEES.buffer,
    'deeper/rent.txt': RENT.buffer,
  });
  const dropped = folder(info.outputPath('sea'), { 'deep/deeper/whales.txt': WHALES.buffer });
  await page.goto('/');
  await page.locator('input[webkitdirectory]').setInputFiles(chosen);
  await expect(page.locator('.grid .name')).toHaveText(['bees.txt', 'rent.txt'], { timeout: 90_000 });
  await dropForReal(page, [dropped]);
  await expect(page.locator('.over')).toHaveCount(0);
  await expect(page.locator('.grid .name')).toHaveText(['bees.txt', 'rent.txt', 'whales.txt']);
  await page.locator('.grid .card').last().click();
  await expect(page.getByRole('dialog')).toContainText('sea/deep/deeper/whales.txt');
});

test('a question asks for an order, which is shown and can be left out', async ({ page }, info) => {
  const notes = folder(info.outputPath('dated'), {
    'bees.txt': BEES.buffer,
    'rent.txt': RENT.buffer,
    'whales.txt': WHALES.buffer,
  });
  const oldestFirst = ['rent.txt', 'bees.txt', 'whales.txt'];
  for (const [i, name] of oldestFirst.entries()) {
    const changed = new Date(`${2021 + i}-05-01`);
    utimesSync(join(notes, name), changed, changed);
  }
  await page.goto('/');
  await page.locator('input[webkitdirectory]').setInputFiles(notes);
  await expect(page.locator('.grid .card')).toHaveCount(3, { timeout: 90_000 });
  await added(page);
  const parts = page.getByRole('region', { name: 'How the question was understood' });
  for (const [question, arrow, order] of [
    ['oldest texts', '↑', oldestFirst],
    ['newest texts', '↓', oldestFirst.toReversed()],
  ] as const) {
    await ask(page, question);
    await expect(parts.getByRole('button', { name: `Leave out “in order of date ${arrow}”` })).toBeVisible();
    await expect.poll(() => hits(page)).toEqual(order);
  }
  await parts.getByRole('button', { name: 'Leave out “in order of date ↓”' }).press('Enter');
  await expect(parts.getByRole('button', { name: /in order of/ })).toHaveCount(0);
});

test('adding can be paused, resumed and stopped', async ({ page }) => {
  await page.goto('/');
  const bar = page.locator('.adding');
  await page.locator('#files').setInputFiles(many('first', 130));
  await expect.poll(() => count(page), { timeout: 90_000 }).toBeGreaterThan(0);
  await bar.getByRole('button', { name: 'Pause' }).click();
  await expect(bar).toContainText('Paused');
  // Items in progress may still be added; after that nothing is.
  await page.waitForTimeout(1500);
  const paused = await count(page);
  await page.waitForTimeout(1500);
  expect(await count(page)).toBe(paused);
  expect(paused).toBeLessThan(130);
  await bar.getByRole('button', { name: 'Resume' }).click();
  await added(page);
  expect(await count(page)).toBe(130);

  // Files added right after stopping wait for the stopped run to end, and are not lost.
  await page.locator('#files').setInputFiles(many('second', 130));
  await expect.poll(() => count(page)).toBeGreaterThan(130);
  await bar.getByRole('button', { name: 'Stop adding' }).click();
  await page.locator('#files').setInputFiles([WHALES]);
  await added(page);
  const all = await count(page);
  expect(all).toBeLessThan(260);
  await ask(page, 'whales');
  expect((await hits(page))[0]).toBe('whales.txt');
});

/** The number of items that the page displays. */
async function count(page: Page): Promise<number> {
  const shown = page.locator('#collection-title small');
  return (await shown.count()) ? Number.parseInt((await shown.textContent()) ?? '', 10) : 0;
}

function many(name: string, files: number) {
  const words = `${name} of many, `.repeat(6);
  return Array.from({ length: files }, (_, at) => textFile(`${name} ${at}.txt`, `${words}${at}`));
}

function folder(path: string, files: Readonly<Record<string, Buffer>>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

/** A native drop, whose files have entries, so that folders can be traversed. */
async function dropForReal(page: Page, files: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  }
}
