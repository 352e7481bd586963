/** Finds a Chromium for tests and benchmarks, and defines how it is started. */
import { chromium } from '@playwright/test';
import { asJson, type EngineBrowser, fromJson } from './engine.ts';
import { isExecutable, onPath } from './executable.ts';

const COMMANDS = ['google-chrome', 'google-chrome-stable', 'chrome', 'chromium', 'chromium-browser'];
const APPS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of an installed Chrome or Chromium, or of Playwright's own if that is installed, or null. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named) return named;
  return [...onPath(COMMANDS), ...APPS, chromium.executablePath()].find(isExecutable) ?? null;
}

/** Like `findChromium`. @throws Error that says what to install if there is none */
export function needChromium(): string {
  const found = findChromium();
  if (found !== null) return found;
  throw new Error(
    'No Chrome or Chromium found. Install one (Debian: `apt-get install chromium`; elsewhere `npx playwright install chromium`), ' +
      'or set CHROMIUM_PATH to an executable.',
  );
}

/** Opens a page in a new Chromium, with the same few methods as the other engines. */
export async function openChromium(executablePath: string): Promise<EngineBrowser> {
  const browser = await chromium.launch({ executablePath, args: [...chromiumArgs] });
  const page = await browser.newPage();
  return {
    version: browser.version(),
    async goto(url) {
      await page.goto(url);
    },
    evaluate: async (expression) => fromJson(await page.evaluate<string>(asJson(expression))),
    close: () => browser.close(),
  };
}

/** No background traffic, and no host name except the loopback address resolves, so that nothing can leave the machine. */
export const chromiumArgs: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** WebGPU on the software adapter: slow, but available on every machine. */
export const webgpuArgs: readonly string[] = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
