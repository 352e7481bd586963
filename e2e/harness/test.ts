/** The `test` every spec imports: server, page with the package in it, probes, and a guard of the origin. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { weightsFolder } from '../../scripts/paths.ts';
import { startServer, type WebServer } from '../../scripts/server/server.ts';

export { expect };

/** A module of e2e/probes as seen from a spec: functions become asynchronous, arguments and results are cloned. */
export type Probe<Module> = {
  call<Name extends keyof Module & string>(
    name: Name,
    ...args: Module[Name] extends (...args: infer Args) => unknown ? Args : never
  ): Promise<Module[Name] extends (...args: never[]) => infer Result ? Awaited<Result> : never>;
};

interface Options {
  /** Which backend this project runs on. */
  backend: 'wasm' | 'webgpu';
}

interface Fixtures {
  /** The blank test page. */
  harness: Page;
  /** A page on which `window.tte` is the built package. */
  tte: Page;
  /** Starts a worker in the `tte` page that runs e2e/probes/<name>.ts. */
  probe: <Module>(name: string) => Promise<Probe<Module>>;
  /** On WebGPU: makes `auto` accept the software adapter as a GPU. */
  gpuStandIn: undefined;
  /** Fails the test, at its end, if anything tried to leave the origin. */
  originGuard: {
    problems(): string[];
    /** Discards the problems, for tests that cause them on purpose. */
    forgive(): void;
  };
}

export const test = base.extend<Options & Fixtures, { server: WebServer }>({
  backend: ['wasm', { option: true }],

  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright asks for a pattern here
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ server }, use) => use(server.origin),

  gpuStandIn: [
    async ({ context, backend }, use) => {
      if (backend === 'webgpu') {
        // `auto` rightly ignores fallback adapters; in tests the only adapter is one, and stands for a real GPU.
        await context.addInitScript(() => {
          if (!('GPUAdapterInfo' in globalThis)) return; // not a secure context
          Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });
        });
      }
      await use(undefined);
    },
    { auto: true },
  ],

  harness: async ({ page }, use) => {
    await page.goto('/e2e/page.html');
    await use(page);
  },

  tte: async ({ harness }, use) => {
    await harness.evaluate(async () => {
      const url = '/dist/index.js';
      window.tte = await import(/* @vite-ignore */ url);
    });
    await use(harness);
  },

  probe: async ({ harness }, use) => {
    await use(async <Module>(module: string) => {
      const index = await harness.evaluate((name) => window.probes.push(window.startProbe(name)) - 1, module);
      const call = async (name: string, ...args: unknown[]) => {
        const outcome = await harness.evaluate(
          async ([worker, name, args]) => {
            try {
              return { value: await window.probes[worker]?.call(name, args) };
            } catch (error) {
              return { error: Object.assign({}, error as Error, { message: (error as Error).message }) };
            }
          },
          [index, name, args] as const,
        );
        if ('error' in outcome) throw Object.assign(new Error(outcome.error?.message), outcome.error);
        return outcome.value;
      };
      return { call } as Probe<Module>;
    });
  },

  originGuard: [
    async ({ context, server }, use, info) => {
      let foreign: string[] = [];
      let reported = server.violations.length;
      const messages: string[] = [];
      context.on('request', (request) => {
        const url = request.url();
        if (/^(https?|wss?):/.test(url) && !url.startsWith(server.origin)) foreign.push(url);
      });
      context.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
      context.on('weberror', (error) => messages.push(`uncaught: ${error.error().stack}`));
      const problems = () => [...foreign, ...server.violations.slice(reported)];
      await use({
        problems,
        forgive() {
          foreign = [];
          reported = server.violations.length;
        },
      });
      if (info.status !== info.expectedStatus && messages.length > 0) {
        await info.attach('console', { body: messages.join('\n'), contentType: 'text/plain' });
      }
      expect(problems(), 'requests that left the origin').toEqual([]);
    },
    { auto: true },
  ],
});

/** Skips the test with a reason if the real weights are missing. */
export function needWeights(...names: string[]): void {
  const folder = weightsFolder();
  const missing = names.filter((name) => !folder || !existsSync(join(folder, name)));
  test.skip(missing.length > 0, 'no ../shared/models');
}
