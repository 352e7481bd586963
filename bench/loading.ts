/** Measures where the time of a second visit goes, with everything stored: the steps that the worker reports to its performance timeline. */
import { chromium } from '@playwright/test';
import { chromiumArgs, needChromium } from '../scripts/browsers/chromium.ts';
import { median } from '../workers/statistics.ts';
import { STEP } from '../workers/timing.ts';
import type { LoadingRow } from './row.ts';

const VISITS = 5;

/** Milliseconds since the navigation began. */
interface Span {
  from: number;
  to: number;
  /** How long the step took; the sum if it is done several times. */
  spent: number;
}

export async function measureLoading(origin: string): Promise<LoadingRow[]> {
  const browser = await chromium.launch({ executablePath: needChromium(), args: [...chromiumArgs] });
  try {
    const context = await browser.newContext({ baseURL: origin });
    const visits: { end: number; steps: Map<string, Span> }[] = [];
    // The first visit fills the storage.
    for (let n = 0; n <= VISITS; n++) {
      const page = await context.newPage();
      await browser.startTracing(page, { categories: ['blink.user_timing'] });
      await page.goto('/bench/page.html?visit=ours');
      const end = await page.evaluate(() => window.visited);
      const trace = JSON.parse(`${await browser.stopTracing()}`) as { traceEvents: TraceEvent[] };
      if (n > 0) visits.push({ end, steps: steps(trace.traceEvents) });
      await page.close();
    }
    const names = new Set(visits.flatMap(({ steps }) => [...steps.keys()]));
    const of = (name: string, field: keyof Span) =>
      median(visits.flatMap(({ steps }) => steps.get(name)?.[field] ?? []));
    return [
      {
        name: 'loading',
        total: median(visits.map(({ end }) => end)),
        steps: [...names]
          .map((name) => ({ name, from: of(name, 'from'), to: of(name, 'to'), spent: of(name, 'spent') }))
          .sort((a, b) => a.from - b.from),
      },
    ];
  } finally {
    await browser.close();
  }
}

/** What Chromium traces; times in microseconds. */
interface TraceEvent {
  name: string;
  ph: string;
  ts: number;
  args?: { data?: { isOutermostMainFrame?: boolean } };
}

/** The steps by name. */
function steps(events: readonly TraceEvent[]): Map<string, Span> {
  const start = Math.max(
    ...events
      .filter(({ name, args }) => name === 'navigationStart' && args?.data?.isOutermostMainFrame)
      .map(({ ts }) => ts),
  );
  const found = new Map<string, Span>();
  const open = new Map<string, number[]>();
  for (const { name, ph, ts } of events
    .filter(({ name }) => name.startsWith(STEP))
    .sort((a, b) => a.ts - b.ts)) {
    const step = name.slice(STEP.length);
    const begun = open.get(step) ?? [];
    open.set(step, begun);
    if (ph === 'b') begun.push(ts);
    if (ph !== 'e') continue;
    const began = begun.shift();
    if (began === undefined) continue;
    const span = found.get(step) ?? { from: (began - start) / 1000, to: 0, spent: 0 };
    span.to = Math.max(span.to, (ts - start) / 1000);
    span.spent += (ts - began) / 1000;
    found.set(step, span);
  }
  return found;
}
