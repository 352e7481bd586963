/** Runs every TypeScript example of README and docs unchanged: in a page, or in Node where it imports what only Node has. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { root } from '../scripts/paths.ts';
import { startServer, type WebServer } from '../scripts/server/server.ts';
import { allSnippets, type Snippet } from '../scripts/snippets.ts';
import { pdf } from './demo/fixtures.ts';
import { bundleForPage, nameOf, PAGE_FOLDER } from './examples/bundle.ts';
import { indexSite, runInNode } from './examples/node.ts';
import { NAMED, serveOtherOrigins } from './examples/other-origins.ts';
import { test as base, expect, needWeights } from './harness/test.ts';

type Runner = typeof import('./examples/page.ts');

/** A preset, or one for each task. */
type Models = string | { embedder: string; reasoner: string };

const SITE_INDEX = join(root, 'build/examples/site.tte.parquet');
const snippets = allSnippets();
const inNode = snippets.filter(({ runsIn }) => runsIn === 'node');
const inPage = snippets.filter(({ runsIn }) => runsIn === 'page');
/** These are about real language models. */
const isAnswering = ({ where }: Snippet) => where.startsWith('docs/answers.md');

const test = base.extend<object, { server: WebServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright asks for a pattern here
    async ({}, use) => {
      const server = await startServer({
        headers: false, // like most hosts
        folders: {
          '/examples/': PAGE_FOLDER,
          '/site.tte.parquet': SITE_INDEX,
          '/think-then-embed/': join(root, 'dist'),
          '/hub/me/private-model/resolve/main/': join(root, 'e2e/fixtures/models/tiny-bert-mean'),
        },
      });
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
});

test.beforeAll(() => bundleForPage(snippets.filter(({ runsIn }) => runsIn !== 'node')));

/** @returns what went wrong, by example */
async function runAll(page: Page, examples: readonly Snippet[], model: Models) {
  // One page of text, and one without, as scans are.
  const lease = pdf('lease.pdf', ['The rent is due on the first of each month.', '']).buffer.toString(
    'latin1',
  );
  await page.evaluate(
    async ([model, lease]) => {
      const url = '/examples/runner.js';
      const runner = (await import(/* @vite-ignore */ url)) as Runner;
      await runner.prepare(model, lease);
      Object.assign(window, { runner });
    },
    [model, lease] as const,
  );
  const failures: Record<string, string> = {};
  for (const { where, file, language } of examples) {
    const failure = await page.evaluate(
      ([url, hasComponents]) => (Reflect.get(window, 'runner') as Runner).run(url, hasComponents),
      [`/examples/${nameOf(file)}`, language === 'tsx'] as const,
    );
    if (failure !== null) failures[where] = failure;
  }
  return failures;
}

test('every example is run by something', () => {
  expect(inPage.length).toBeGreaterThan(10);
  expect(inNode.length).toBeGreaterThan(0);
  for (const { where, runsIn, file } of snippets) {
    const starts = snippets.some(({ code }) => code.includes(`new URL('./${file}', import.meta.url)`));
    if (runsIn === 'worker') expect(starts, `${where} is started by an example`).toBe(true);
  }
});

test('the examples for Node run there', async () => {
  expect(await runInNode(inNode)).toBeNull();
});

test('the examples for pages run in a page', async ({ harness, context, originGuard }) => {
  test.slow();
  const logged: string[] = [];
  harness.on('console', (message) => logged.push(message.text()));
  indexSite(join(root, 'e2e/site/guide'), SITE_INDEX);
  await serveOtherOrigins(context);
  const examples = inPage.filter((each) => !isAnswering(each));
  expect(await runAll(harness, examples, 'pico')).toEqual({});
  expect(originGuard.problems().filter((url) => !NAMED.test(url))).toEqual([]);
  originGuard.forgive();

  const guide = await harness.evaluate(async () => {
    const [url, main] = ['/examples/docs-guide-md.js', '/dist/index.js'];
    const { cosineSimilarity } = (await import(/* @vite-ignore */ main)) as typeof window.tte;
    const { cat, photo, both } = await import(/* @vite-ignore */ url);
    return {
      lengths: [cat, photo, both].map(({ vector }) => vector.length),
      alike: cosineSimilarity(cat.vector, photo.vector),
    };
  });
  expect(guide.lengths).toEqual([384, 384, 384]);
  expect(guide.alike).toBeGreaterThan(0.1);
  expect(logged).toContain('100 %');
  expect(logged.find((line) => line.startsWith('quick'))).toMatch(/^quick \[?\W*bees/);
});

test('the examples about answers run in a page', async ({ harness }) => {
  needWeights('all-MiniLM-L6-v2', 'SmolLM2-135M-Instruct');
  test.slow();
  const examples = inPage.filter(isAnswering);
  expect(examples.length).toBeGreaterThan(0);
  expect(await runAll(harness, examples, { embedder: 'minilm', reasoner: 'smollm2' })).toEqual({});
});
