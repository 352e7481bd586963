import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { startServer } from '../../scripts/server/server.ts';
import { expect, test } from '../harness/test.ts';
import { add, ask, BEES, hits, RENT, WHALES } from './helpers.ts';

test('without its server the page opens, adds, thinks and searches, also after a reload', async ({
  page,
  originGuard,
}) => {
  const own = await startServer();
  await page.goto(`${own.origin}/`);
  await kept(page);
  expect(own.hits.filter(({ path }) => path.includes('ort-webgpu'))).toEqual([]); // there is no GPU that needs it
  await own.close();
  await page.goto(`${own.origin}/`);
  await add(page, [BEES, RENT, WHALES]);
  await ask(page, 'honey');
  expect((await hits(page))[0]).toBe('bees.txt');
  await page.reload();
  await page.getByRole('radio', { name: 'Full' }).check();
  await ask(page, 'what kind of thing is a whale ?');
  await expect(page.locator('.hits')).toHaveAttribute('data-stage', 'reasoned');
  await expect(page.locator('#trace')).toContainText('whale');
  await expect(page.locator('#badge-sent')).toHaveText('bytes sent: 0');
  await page.getByRole('link', { name: 'Ask a picture' }).click();
  await expect(page.locator('.offered img').first()).toHaveJSProperty('complete', true);
  originGuard.forgive();
});

test('under a sub-path of a host that sets no headers, the page isolates itself and works', async ({
  page,
  originGuard,
}) => {
  const bare = await startServer({ headers: false });
  const url = `${bare.origin}/nested/path/`;
  const first = await page.goto(url);
  expect(first?.headers()).not.toHaveProperty('cross-origin-opener-policy');
  await expect.poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false)).toBe(true);
  await add(page, [BEES, RENT]);
  await ask(page, 'honey');
  expect((await hits(page))[0]).toBe('bees.txt');
  const outside = bare.hits.filter(
    ({ path }) => !path.startsWith('/nested/path/') && path !== '/favicon.ico',
  );
  expect(outside).toEqual([]);
  await bare.close();
  originGuard.forgive();
});

test('a new version is announced, waits for Reload, and takes over', async ({ page, originGuard }, info) => {
  // Files in this folder take precedence over the built page: the second version.
  const folder = info.outputPath('version');
  mkdirSync(folder, { recursive: true });
  const own = await startServer({ folders: { '/': folder } });
  await page.goto(`${own.origin}/`);
  await kept(page);
  publish(folder);
  const before = own.hits.length;
  await page.reload();
  const banner = page.locator('.banner', { hasText: 'A new version of this page is ready.' });
  await expect(banner).toBeVisible();
  // Until then the old page continues with its own files.
  await expect(page).toHaveTitle('think-then-embed');
  await banner.getByRole('button', { name: 'Reload' }).click();
  await expect(page).toHaveTitle('think-then-embed, newer');
  await expect(banner).toHaveCount(0);
  await kept(page);
  // Only changed files were fetched.
  const asked = own.hits.slice(before).map(({ path }) => path);
  expect([...new Set(asked)].toSorted()).toEqual(['/index.html', '/sw.js']);
  await own.close();
  originGuard.forgive();
});

test('the browser considers the page installable', async ({ server, originGuard }, info) => {
  const { launchOptions } = info.project.use;
  // Nothing can be installed from a private window, which is what Playwright opens by default.
  const context = await chromium.launchPersistentContext(info.outputPath('profile'), launchOptions);
  const page = await context.newPage();
  await page.goto(`${server.origin}/nested/path/`);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const session = await context.newCDPSession(page);
  const { url, errors } = await session.send('Page.getAppManifest');
  expect(url).toBe(`${server.origin}/nested/path/app.webmanifest`);
  expect(errors).toEqual([]);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect(installabilityErrors).toEqual([]);
  const { icons } = JSON.parse(readFileSync('build/demo/app.webmanifest', 'utf8')) as { icons: Icon[] };
  expect(icons.map(({ sizes, purpose = 'any' }) => `${sizes} ${purpose}`)).toEqual([
    '192x192 any',
    '512x512 any',
    '512x512 maskable',
  ]);
  for (const { src, sizes } of icons) {
    const png = readFileSync(join('build/demo', src));
    expect(png.subarray(1, 4).toString(), src).toBe('PNG');
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, src).toBe(sizes);
  }
  await context.close();
  originGuard.forgive();
});

interface Icon {
  src: string;
  sizes: string;
  purpose?: string;
}

/** Waits until everything needed for offline use is cached. */
async function kept(page: Page): Promise<void> {
  await expect(page.locator('#badge-offline')).toHaveText('works offline', { timeout: 90_000 });
}

/** Writes a second version of the page as a build would: with another title, and a service worker that lists its hash. */
function publish(folder: string): void {
  const page = readFileSync('build/demo/index.html', 'utf8').replace('</title>', ', newer</title>');
  const hash = createHash('sha256').update(page).digest('hex').slice(0, 16);
  const worker = readFileSync('build/demo/sw.js', 'utf8');
  const changed = worker.replace(/"index\.html":\["\w+",\d+\]/, `"index.html":["${hash}",${page.length}]`);
  expect(changed, 'sw.js names the page’s hash').not.toBe(worker);
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(join(folder, 'sw.js'), changed);
}
