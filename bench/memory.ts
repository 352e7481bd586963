/** Measures memory of the page's process: the peak while a model is loaded and used once, and at rest afterwards. Linux only (/proc). */
import { existsSync, readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { chromiumArgs, needChromium } from '../scripts/browsers/chromium.ts';
import { median } from '../workers/statistics.ts';
import { LOADED, type LoadedModel, type MemoryRow, type Side } from './row.ts';

const ROUNDS = 3;
/** After this time garbage collection and writes to the disk have ended. */
const REST_MS = 3000;

interface Memory {
  /** Bytes of resident memory. */
  peak: number;
  rest: number;
}

/** @param origin of the repository's server */
export async function measureMemory(origin: string): Promise<MemoryRow[]> {
  if (!existsSync('/proc/self/status'))
    throw new Error('memory is read from /proc, which this system has not');
  const rows: MemoryRow[] = [];
  for (const model of LOADED) {
    const figures: Record<Side, Memory[]> = { ours: [], theirs: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const side of ['ours', 'theirs'] as const) {
        if (side === 'ours' || model !== 'pico') figures[side].push(await loadOnce(origin, side, model));
      }
    }
    rows.push({
      name: `memory: ${model}`,
      ours: middle(figures.ours) as Memory,
      theirs: middle(figures.theirs),
    });
  }
  return rows;
}

/** In a separate browser, so that nothing is left of an earlier measurement. */
async function loadOnce(origin: string, side: Side, model: LoadedModel): Promise<Memory> {
  const browser = await chromium.launch({ executablePath: needChromium(), args: [...chromiumArgs] });
  try {
    const page = await browser.newPage();
    await page.goto(`${origin}/bench/page.html`);
    await page.evaluate(([side, model]) => window.load(side, model), [side, model] as const);
    await page.waitForTimeout(REST_MS);
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => memoryOf(id));
    const [largest] = renderers.sort((a, b) => b.peak - a.peak);
    if (!largest) throw new Error('the browser names no renderer process');
    return largest;
  } finally {
    await browser.close();
  }
}

function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
  return { peak: bytes('VmHWM'), rest: bytes('VmRSS') };
}

const middle = (runs: readonly Memory[]): Memory | null =>
  runs.length === 0
    ? null
    : { peak: median(runs.map(({ peak }) => peak)), rest: median(runs.map(({ rest }) => rest)) };
