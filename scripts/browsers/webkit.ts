/** Drives WebKitGTK's MiniBrowser over WebDriver (Debian's `webkit2gtk-driver`), on a virtual display if there is no other. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { asJson, type EngineBrowser, fromJson } from './engine.ts';
import { isExecutable, onPath } from './executable.ts';

interface WebKitPrograms {
  driver: string;
  browser: string;
  /** Path of Xvfb; null if the session has a display. */
  screen: string | null;
}

const SCRIPT_MS = 240_000;

/** Paths of WebKitGTK's driver, its browser and, without a display, Xvfb; or a sentence that says what is missing. */
export function findWebKit(): WebKitPrograms | string {
  const driver = onPath(['WebKitWebDriver']).find(isExecutable);
  if (driver === undefined) return 'no WebKitWebDriver installed';
  const browser = miniBrowsers().find(isExecutable);
  if (browser === undefined) return 'no MiniBrowser of WebKitGTK installed';
  if (process.env.DISPLAY) return { driver, browser, screen: null };
  const screen = onPath(['Xvfb']).find(isExecutable);
  return screen === undefined
    ? 'WebKit needs a display, and no Xvfb is installed'
    : { driver, browser, screen };
}

function miniBrowsers(): string[] {
  try {
    const folders = readdirSync('/usr/lib', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join('/usr/lib', entry.name));
    return folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.startsWith('webkit2gtk-'))
        .map((name) => join(folder, name, 'MiniBrowser')),
    );
  } catch {
    return []; // another layout of libraries than Debian's
  }
}

export async function openWebKit({ driver, browser, screen }: WebKitPrograms): Promise<EngineBrowser> {
  const started: ChildProcess[] = [];
  const end = () => {
    for (const process of started.reverse()) process.kill();
  };
  try {
    const display = screen === null ? process.env.DISPLAY : await startScreen(screen, started);
    const port = await freePort();
    const options = { env: { ...process.env, DISPLAY: display }, stdio: 'ignore' as const };
    started.push(spawn(driver, [`--port=${port}`], options));
    const base = `http://127.0.0.1:${port}`;
    const session = await retry(() =>
      post(`${base}/session`, {
        capabilities: {
          alwaysMatch: { 'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] } },
        },
      }),
    );
    const { sessionId, capabilities } = session as {
      sessionId: string;
      capabilities: { browserVersion: string };
    };
    const command = (path: string, body: object) => post(`${base}/session/${sessionId}${path}`, body);
    await command('/timeouts', { script: SCRIPT_MS, pageLoad: SCRIPT_MS });
    return {
      version: capabilities.browserVersion,
      async goto(url) {
        await command('/url', { url });
      },
      async evaluate(expression) {
        const script = `${asJson(expression)}.then(arguments[arguments.length - 1])`;
        return fromJson((await command('/execute/async', { script, args: [] })) as string);
      },
      async close() {
        await fetch(`${base}/session/${sessionId}`, { method: 'DELETE' }).catch(() => {}); // may have ended already
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

/** Starts Xvfb on a free display and resolves to its number. */
function startScreen(path: string, started: ChildProcess[]): Promise<string> {
  const xvfb = spawn(path, ['-displayfd', '3', '-screen', '0', '1280x900x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  started.push(xvfb);
  return new Promise((resolve, reject) => {
    xvfb.stdio[3]?.once('data', (number) => resolve(`:${String(number).trim()}`));
    xvfb.once('error', reject);
    xvfb.once('exit', () => reject(new Error('Xvfb exited during start')));
  });
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const { value } = (await response.json()) as { value: { error?: string; message?: string } };
  if (!response.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`);
  return value;
}

/** The driver takes a moment to start listening. */
async function retry<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 50; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !(error instanceof TypeError)) throw error; // a TypeError of fetch: not listening yet
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
