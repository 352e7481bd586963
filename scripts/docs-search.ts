/** Checks the search of the documentation site (`npm run docs`): by words before the model is there, then by meaning. */
import { expect } from '@playwright/test';
import { commandLine } from './command-line.ts';
import { withBrowser } from './consumers/browser.ts';
import { startHost } from './consumers/host.ts';

const {
  positionals: [screenshot],
} = commandLine({
  usage: `Usage: npm run docs [-- FILE.png]

Builds the documentation site with its search, and asks it two questions in Chromium.
FILE.png keeps a screenshot of the hits.
`,
  positionals: { most: 1 },
  builds: ['build', 'build:docs'],
});
const BASE = process.env.DOCS_BASE ?? '/';
/** Questions, and the page that answers each. */
const BY_WORDS = { question: 'installSemanticEmbedder', page: 'reference/adapters/semantic-embedder' };
const BY_MEANING = { question: 'can I use this with Postgres', page: 'outgrowing' };

const linkTo = (page: string) => new RegExp(`^${BASE}${page}(#|$)`);

const host = await startHost({ folders: { [BASE]: 'build/docs' } });
try {
  await withBrowser([], async (context) => {
    const page = await context.newPage();
    const requested: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    let letModelThrough = () => {};
    const held = new Promise<void>((resolve) => {
      letModelThrough = resolve;
    });
    await context.route(/\.onnx/, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(new URL(BASE, host.url).href);
    expect(
      requested.filter((url) => /parquet|host-|\.onnx/.test(url)),
      'before anybody searches',
    ).toEqual([]);

    const box = page.getByRole('searchbox', { name: 'Search the documentation' });
    const first = page.locator('.site-search li a').first();
    await box.fill(BY_WORDS.question);
    await expect(first).toHaveAttribute('href', linkTo(BY_WORDS.page), {
      timeout: 60_000,
    });
    await expect(page.locator('.site-search [role=status]')).toContainText('By words');
    letModelThrough();
    await expect(page.locator('.site-search [role=status]')).toHaveText('', { timeout: 120_000 });
    await box.fill(BY_MEANING.question);
    await expect(first).toHaveAttribute('href', linkTo(BY_MEANING.page), { timeout: 60_000 });
    if (screenshot) await page.screenshot({ path: screenshot });
    await first.click();
    await expect(page.locator('main h1')).toBeVisible();
    console.log(`search of the documentation: works (${page.url().replace(host.url, '/')})`);
  });
} finally {
  host.close();
}
