/** A static site whose index is built by the command and searched by one of its pages. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { root } from '../scripts/paths.ts';
import { startServer, type WebServer } from '../scripts/server/server.ts';
import { expect, test } from './harness/test.ts';

let folder: string;
let site: string;
let server: WebServer;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tte-site-'));
  site = join(folder, 'site');
  cpSync(join(root, 'e2e/site'), site, { recursive: true });
  // Install the package outside the repository, next to only those packages that a user would have installed.
  const installed = join(folder, 'package');
  cpSync(join(root, 'dist'), join(installed, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(installed, 'package.json'));
  mkdirSync(join(installed, 'node_modules'));
  symlinkSync(realpathSync(join(root, 'node_modules/sharp')), join(installed, 'node_modules/sharp'));
  server = await startServer({ folders: { '/site/': `${site}/` } });
});
test.afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** What a site's build does. */
function build(): string {
  const out = join(site, 'site.tte.parquet');
  const args = ['index', site, '--out', out, '--base', '/site/', '--data-dir', join(folder, 'data')];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'package/dist/node/cli.js'), ...args],
    {
      encoding: 'utf8',
    },
  );
  expect(status, stderr).toBe(0);
  return stdout;
}

async function ask(page: Page, question: string): Promise<string[]> {
  const list = page.locator('ol');
  await page.getByRole('searchbox').fill(question);
  await page.getByRole('button').click();
  await expect(list).toHaveAttribute('aria-busy', 'false'); // set to true before the click returns
  await expect(list.locator('a').first()).toBeVisible();
  return list.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href') as string));
}

const open = async (page: Page) => {
  await page.goto(`${server.origin}/site/search.html`);
  await expect(page.getByRole('status')).toHaveText('Ready.');
};

test('a site is indexed by the command and searched in the page, also offline, and after a change', async ({
  page,
  originGuard,
}) => {
  test.slow(); // the command loads the model three times
  expect(build()).toMatch(/site\.tte\.parquet: \d+ items of 7 files/);
  await open(page);
  expect((await ask(page, 'when does the boat leave in the morning'))[0]).toBe('/site/visiting.html#boats');
  expect((await ask(page, 'how did sailors recognise this lighthouse'))[0]).toBe(
    '/site/guide/lamp.html#flashes',
  );
  expect(await ask(page, 'seabirds that nest in burrows')).toContain('/site/birds.txt');

  // The same with the custom element, without any code of the page; focusing its search box loads the model.
  await page.evaluate(async () => {
    const entry = '/dist/adapters/element.js';
    await import(entry);
    document.body.innerHTML = '<tte-search index="docs" from="site.tte.parquet" top-k="3"></tte-search>';
  });
  await page.locator('tte-search').getByRole('searchbox').fill('what do tickets cost');
  const first = page.locator('tte-search [part=title]').first();
  await expect(first).toHaveAttribute('href', /\/site\/visiting\.html#prices$/, { timeout: 60_000 });
  await expect(page.locator('tte-search li')).toHaveCount(3);

  await page.route('**/*.parquet', (route) => route.abort());
  await open(page);
  expect((await ask(page, 'what do tickets cost'))[0]).toBe('/site/visiting.html#prices');
  await page.unroute('**/*.parquet');

  writeFileSync(join(site, 'birds.txt'), 'A pair of sea eagles now breeds on the northern cliff.\n');
  expect(build()).toMatch(/\(1 embedded, \d+ unchanged, [1-9]\d* removed\)/);
  await open(page);
  await expect(async () => {
    await ask(page, 'eagles that raise their young on a cliff');
    await expect(page.locator('ol li').first()).toContainText('breeds on the northern cliff');
  }).toPass();
  expect(await page.locator('ol').textContent()).not.toContain('puffins');
  expect(originGuard.problems().filter((url) => !url.startsWith(server.origin))).toEqual([]);
  originGuard.forgive();
});
