/** The same smoke test in three browser engines, and a comparison of their vectors. Engines that are not installed are skipped. */
import { expect, test } from '@playwright/test';
import { findChromium, openChromium } from '../../scripts/browsers/chromium.ts';
import type { EngineBrowser } from '../../scripts/browsers/engine.ts';
import { findFirefox, openFirefox } from '../../scripts/browsers/firefox.ts';
import { findWebKit, openWebKit } from '../../scripts/browsers/webkit.ts';
import { startServer } from '../../scripts/server/server.ts';
import { cosineSimilarity } from '../../src/client/vectors.ts';

interface Embedded {
  vectors: Record<'text' | 'picture' | 'both', number[]>;
  space: string;
  trace: string | null;
}

/** Opens the engine, or returns the reason why it cannot. */
const ENGINES: Record<string, () => Promise<EngineBrowser> | string> = {
  Chromium: () => {
    const path = findChromium();
    return path === null ? 'no Chromium installed' : openChromium(path);
  },
  Firefox: () => {
    const path = findFirefox();
    return path === null ? 'no Firefox installed' : openFirefox(path);
  },
  WebKit: () => {
    const found = findWebKit();
    return typeof found === 'string' ? found : openWebKit(found);
  },
};

const embedded: Record<string, Embedded> = {};
test.describe.configure({ mode: 'serial', timeout: 600_000 });

for (const [name, open] of Object.entries(ENGINES)) {
  test(`${name}: embeds text, picture and both; keeps data over a reload; survives a killed worker; works offline`, async () => {
    const opening = open();
    test.skip(typeof opening === 'string', String(opening));
    const browser = await (opening as Promise<EngineBrowser>);
    const server = await startServer({ folders: { '/engines/': 'e2e/engines' } });
    try {
      const page = `${server.origin}/engines/smoke.html`;
      const step = <T>(step: string) => browser.evaluate(`window.smoke.${step}()`) as Promise<T>;
      const load = async () => {
        await browser.goto(page);
        await expect.poll(() => browser.evaluate('typeof window.smoke')).toBe('object');
        return step<{ info: { device: string; threads: number }; ms: number }>('load');
      };
      const { info } = await load();
      const has = await step<Record<string, boolean>>('has');
      console.log(`${name} ${browser.version}: ${JSON.stringify({ ...has, ...info })}`);
      expect(info.device).toBe('wasm');

      const result = await step<Embedded>('embed');
      embedded[name] = result;
      expect(result.trace).not.toBe(null);
      expect(await step('fill')).toEqual({ added: 4, count: 4 });

      await load(); // reloads the page, so that the index comes from disk
      const found = await step<{ count: number; hits: string[]; thumbnail: number }>('search');
      expect(found).toMatchObject({ count: 4 });
      expect(found.hits[0]).toBe('bees');
      expect(found.thumbnail).toBeGreaterThan(0);

      expect(await step('kill')).toEqual({ code: 'worker-died', dimensions: result.vectors.text.length });

      await server.close();
      expect(await step('again'), 'with the server gone').toBe(result.vectors.text.length);
    } finally {
      await browser.close();
      await server.close().catch(() => {});
    }
  });
}

test('vectors are equal across engines (cosine ≥ 0.999), and so are space and trace', () => {
  const names = Object.keys(embedded);
  test.skip(names.length < 2, 'fewer than two engines installed');
  const [first, ...others] = names.map((name) => embedded[name] as Embedded);
  for (const [i, other] of others.entries()) {
    for (const kind of ['text', 'picture', 'both'] as const) {
      const cosine = cosineSimilarity(first?.vectors[kind] ?? [], other.vectors[kind]);
      console.log(`${names[0]} : ${names[i + 1]}, ${kind}: cosine ${cosine.toFixed(6)}`);
      expect.soft(cosine, kind).toBeGreaterThanOrEqual(0.999);
    }
    expect.soft(other.space).toBe(first?.space);
    expect.soft(other.trace).toBe(first?.trace);
  }
});
