/** A private model of another origin: a token that the page renews, and a transport of the page. */
import { PRIVATE_MODEL, type PrivateHub, startPrivateHub } from '../scripts/server/private-hub.ts';
import { startServer, type WebServer } from '../scripts/server/server.ts';
import { expect, test } from './harness/test.ts';

let hub: PrivateHub;
let server: WebServer;
test.beforeAll(async () => {
  hub = await startPrivateHub({ redirects: true });
  server = await startServer({ connect: [hub.url, hub.storageUrl] });
});
test.afterAll(async () => {
  await server.close();
  await hub.close();
});

test('a token reaches the hub and no other origin, a transport streams to the worker; both resume', async ({
  page,
  originGuard,
}) => {
  await page.goto(`${server.origin}/e2e/page.html`);
  await page.evaluate(async () => {
    const url = '/dist/index.js';
    window.tte = await import(/* @vite-ignore */ url);
  });
  const load = (model: string, way: 'headers' | 'fetch') =>
    page.evaluate(
      async ([model, hubUrl, way]) => {
        let renewed = 0;
        const withToken = (headers?: HeadersInit) => {
          const own = new Headers(headers);
          own.set('Authorization', `Bearer ${++renewed}`);
          return Object.fromEntries(own);
        };
        const embedder = await window.tte.createEmbedder({
          model,
          hubUrl,
          device: 'wasm',
          onProgress: ({ loaded }) => Reflect.set(window, 'loadedBytes', loaded),
          ...(way === 'headers'
            ? { headers: async () => withToken() }
            : { fetch: (url, init) => fetch(url, { ...init, headers: withToken(init.headers) }) }),
        });
        const { vector } = await embedder.embed('a red bicycle');
        await embedder.clearAll();
        await embedder.dispose();
        return { dimensions: vector.length, renewed };
      },
      [model, hub.url, way] as const,
    );

  for (const way of ['headers', 'fetch'] as const) {
    hub.hits.length = 0;
    hub.stored.length = 0;
    await page.evaluate(() => Reflect.set(window, 'loadedBytes', 0));
    const breakOff = hub.stallOnce();
    const loading = load(PRIVATE_MODEL, way);
    await expect.poll(() => page.evaluate(() => Reflect.get(window, 'loadedBytes'))).toBeGreaterThan(20_000);
    breakOff();
    const { dimensions, renewed } = await loading;
    expect(dimensions).toBeGreaterThan(0);
    expect(renewed).toBe(hub.hits.length);
    expect(new Set(hub.hits.map(({ authorization }) => authorization)).size).toBe(renewed);
    expect(hub.stored.map(({ authorization }) => authorization)).toEqual([null, null]);
    expect(hub.stored).toMatchObject([
      { range: null, status: 200 },
      { range: expect.stringMatching(/^bytes=[1-9]\d*-$/), status: 206 },
    ]);
  }
  originGuard.forgive(); // the hub is another origin
});
