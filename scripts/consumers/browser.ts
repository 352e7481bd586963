/** Opens a page in Chromium and waits for its title, in which it reports its first vector. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrowserContext, chromium } from '@playwright/test';
import { chromiumArgs, needChromium } from '../browsers/chromium.ts';

export const FIRST_VECTOR = /^vector of \d+, length 1\.000$/;

export interface Visit {
  title: string;
  seconds: number;
  /** Errors and warnings of the browser's console. */
  complaints: string[];
}

/** @param args further arguments for the browser */
export async function visit(url: string, args: readonly string[] = [], patience = 180): Promise<Visit> {
  return withBrowser(args, (context) => visitIn(context, url, patience));
}

export async function visitIn(context: BrowserContext, url: string, patience = 180): Promise<Visit> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  const begin = performance.now();
  await page.goto(url);
  let title = '';
  while (performance.now() - begin < patience * 1000) {
    title = await page.title().catch(() => ''); // a development server may reload the page
    if (title && title !== 'loading') break;
    await sleep(200);
  }
  await page.close();
  return { title, seconds: (performance.now() - begin) / 1000, complaints };
}

/** Runs with a browser that has a temporary profile. */
export async function withBrowser<T>(
  args: readonly string[],
  use: (context: BrowserContext) => Promise<T>,
): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), 'tte-consumers-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: needChromium(),
    args: [...chromiumArgs, ...args],
    ignoreDefaultArgs: ['--disable-extensions'],
  });
  try {
    return await use(context);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
