/** Measures page load: paint, layout shifts, blocking time and traffic, on a first and a second visit. */
import type { Browser } from '@playwright/test';
import type { WebServer } from '../../scripts/server/server.ts';

export interface Load {
  visit: 'first' | 'second';
  /** Milliseconds from the start of the navigation. */
  fcp: number;
  lcp: number;
  /** Total blocking time: the sum of what long tasks take beyond 50 ms, until the page is idle. */
  tbt: number;
  cls: number;
  /** Requests and bytes until the first screen was complete; the server does not compress. */
  requests: number;
  bytes: number;
  /** The same including what is fetched afterwards: the runtime, the built-in model, the samples. */
  requestsAfter: number;
  bytesAfter: number;
}

interface Figures {
  fcp: number;
  lcp: number;
  tbt: number;
  cls: number;
}

/** Milliseconds: long enough for the first screen, shorter than the five seconds after which the rest is fetched. */
const QUIET = 3000;

/** Starts with an empty cache. */
export async function auditLoad(browser: Browser, server: WebServer): Promise<Load[]> {
  const context = await browser.newContext();
  const loads: Load[] = [];
  for (const visit of ['first', 'second'] as const) {
    const before = server.hits.length;
    const traffic = () => {
      const hits = server.hits.slice(before);
      return { requests: hits.length, bytes: hits.reduce((sum, { bytes }) => sum + bytes, 0) };
    };
    const page = await context.newPage();
    await page.addInitScript(observe);
    await page.goto(`${server.origin}/`);
    await page.waitForTimeout(QUIET);
    const figures = await page.evaluate(() => (window as unknown as { figures: Figures }).figures);
    const { requests, bytes } = traffic();
    await page.locator('#badge-offline', { hasText: 'works offline' }).waitFor({ timeout: 120_000 });
    const after = traffic();
    loads.push({
      visit,
      ...figures,
      requests,
      bytes,
      requestsAfter: after.requests,
      bytesAfter: after.bytes,
    });
    await page.close();
  }
  await context.close();
  return loads;
}

/** Runs in the page before its scripts. */
function observe(): void {
  const figures: Figures = { fcp: 0, lcp: 0, tbt: 0, cls: 0 };
  Object.assign(window, { figures });
  const on = (type: string, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  on('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') figures.fcp = startTime;
  });
  on('largest-contentful-paint', ({ startTime }) => {
    figures.lcp = startTime;
  });
  on('longtask', ({ duration }) => {
    figures.tbt += Math.max(0, duration - 50);
  });
  on('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) figures.cls += value;
  });
}
