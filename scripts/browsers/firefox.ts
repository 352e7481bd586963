/** Drives an unmodified Firefox over WebDriver BiDi, which Playwright cannot; only as much of the protocol as a smoke test needs. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { asJson, type EngineBrowser, fromJson } from './engine.ts';
import { isExecutable, onPath } from './executable.ts';

export interface Firefox extends EngineBrowser {
  /** Selects files in an `<input>`. */
  setFiles(selector: string, files: readonly string[]): Promise<void>;
}

/** No background traffic; all addresses except the loopback go to a proxy that does not exist, so that nothing leaves the machine. */
const PREFERENCES = {
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
};

/** Path of an installed Firefox, or null. `FIREFOX_PATH` takes precedence. */
export function findFirefox(): string | null {
  return [process.env.FIREFOX_PATH ?? '', ...onPath(['firefox', 'firefox-esr'])].find(isExecutable) ?? null;
}

export async function openFirefox(path: string): Promise<Firefox> {
  const profile = mkdtempSync(join(tmpdir(), 'firefox-'));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const args = [
    '--headless',
    '--no-remote',
    '--profile',
    profile,
    '--remote-debugging-port=0',
    'about:blank',
  ];
  const firefox = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => firefox.once('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    let told = '';
    firefox.stderr.on('data', (chunk) => {
      told += chunk;
      const [, url] = /WebDriver BiDi listening on (ws:\S+)/.exec(told) ?? [];
      if (url) resolve(url);
    });
    firefox.once('error', reject);
    firefox.once('exit', () => reject(new Error(`Firefox exited during start: ${told}`)));
  });
  const call = await connect(`${address}/session`);
  const { capabilities } = (await call('session.new', { capabilities: {} })) as {
    capabilities: { browserVersion: string };
  };
  const { contexts } = (await call('browsingContext.getTree', {})) as { contexts: { context: string }[] };
  const context = contexts[0]?.context;

  return {
    version: capabilities.browserVersion,
    async goto(url) {
      await call('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async evaluate(expression) {
      // JSON suffices, and is simpler than BiDi's own serialisation.
      const answer = (await call('script.evaluate', {
        expression: asJson(expression),
        target: { context },
        awaitPromise: true,
      })) as { result?: { value: string }; exceptionDetails?: { text: string } };
      if (!answer.result) throw new Error(answer.exceptionDetails?.text);
      return fromJson(answer.result.value);
    },
    async setFiles(selector, files) {
      const locator = { type: 'css', value: selector };
      const { nodes } = (await call('browsingContext.locateNodes', { context, locator })) as {
        nodes: { sharedId: string }[];
      };
      await call('input.setFiles', { context, element: { sharedId: nodes[0]?.sharedId }, files });
    },
    async close() {
      await call('browser.close', {}).catch(() => firefox.kill());
      await ended;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

type Call = (method: string, params: object) => Promise<unknown>;

async function connect(url: string): Promise<Call> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const pending = new Map<number, PromiseWithResolvers>();
  let last = 0;
  socket.on('message', (data) => {
    const { id, result, error, message } = JSON.parse(String(data)) as Answer;
    const waiting = pending.get(id ?? -1);
    pending.delete(id ?? -1);
    if (error) waiting?.reject(new Error(`${error}: ${message}`));
    else waiting?.resolve(result);
  });
  socket.on('close', () => {
    for (const { reject } of pending.values()) reject(new Error('the connection to Firefox was closed'));
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      pending.set(++last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
}

interface PromiseWithResolvers {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Answer {
  id?: number;
  result?: unknown;
  error?: string;
  message?: string;
}
