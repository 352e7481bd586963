/** Takes the README's screenshots of the demo: `node scripts/run.mjs scripts/screenshots.ts`, after a build. */
import { mkdirSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, needChromium } from './browsers/chromium.ts';
import { commandLine } from './command-line.ts';
import { startServer } from './server/server.ts';

commandLine({
  usage: 'Usage: node scripts/run.mjs scripts/screenshots.ts\n\nWrites docs/images, after a build.',
});
const FOLDER = 'docs/images';
const LOADING = { timeout: 240_000 };

async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(1_000); // let animations end
  await page.screenshot({ path: `${FOLDER}/${name}.jpg`, quality: 82 });
  console.log(`${FOLDER}/${name}.jpg`);
}

mkdirSync(FOLDER, { recursive: true });
const server = await startServer();
const browser = await chromium.launch({ executablePath: needChromium(), args: [...chromiumArgs] });
try {
  const page = await browser.newPage({ viewport: { width: 960, height: 720 }, colorScheme: 'light' });
  await page.goto(server.origin);
  await page
    .getByRole('button', { name: /sample/i })
    .first()
    .click();
  await page.locator('.adding').waitFor(LOADING);
  await page.locator('.adding').waitFor({ state: 'detached', ...LOADING });
  await page.locator('#query').fill('something sweet to eat');
  await page.locator('#search-status', { hasText: 'Done.' }).waitFor(LOADING);
  await shoot(page, 'search');

  await page.goto(`${server.origin}/#map`);
  await page.locator('canvas').first().waitFor(LOADING);
  await page.waitForTimeout(5_000); // let the map's layout finish
  await shoot(page, 'map');

  await page.goto(`${server.origin}/#ask`);
  await page.getByRole('button', { name: 'Band practice' }).click();
  await page.getByRole('button', { name: 'What is below the guitar?' }).click();
  await page.locator('.crops li').nth(4).waitFor(LOADING);
  await shoot(page, 'ask');
} finally {
  await browser.close();
  await server.close();
}
