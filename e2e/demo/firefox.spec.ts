import { writeFileSync } from 'node:fs';
import { findFirefox, openFirefox } from '../../scripts/browsers/firefox.ts';
import { expect, test } from '../harness/test.ts';
import { BEES, RENT, WHALES } from './helpers.ts';

test('the page loads, embeds, thinks and searches in an unmodified Firefox', async ({ server }, info) => {
  const path = findFirefox();
  test.skip(path === null, 'no Firefox installed');
  test.setTimeout(240_000);
  const firefox = await openFirefox(path as string);
  try {
    info.annotations.push({ type: 'firefox', description: firefox.version });
    const files = [BEES, RENT, WHALES].map(({ name, buffer }) => {
      writeFileSync(info.outputPath(name), buffer);
      return info.outputPath(name);
    });
    const text = (selector: string) => firefox.evaluate(`document.querySelector('${selector}')?.textContent`);
    await firefox.goto(`${server.origin}/`);
    expect(await firefox.evaluate('crossOriginIsolated')).toBe(true);
    await firefox.setFiles('#files', files);
    await expect.poll(() => text('#collection-title small'), { timeout: 120_000 }).toBe('3 items');
    expect(await text('#badge-device')).toMatch(/^WASM, unified$/);
    const type = (words: string) =>
      firefox.evaluate(`(() => {
        const box = document.querySelector('#query');
        box.value = ${JSON.stringify(words)};
        box.dispatchEvent(new Event('input', { bubbles: true }));
      })()`);
    await type('honey');
    await expect.poll(() => text('.hits .name'), { timeout: 60_000 }).toBe('bees.txt');
    await firefox.evaluate(`document.querySelector('input[value=full]').click()`);
    await type('what kind of thing is a whale ?');
    await expect.poll(() => text('.hits[data-stage=reasoned] .name'), { timeout: 60_000 }).toBe('whales.txt');
    expect(await text('#trace')).toContain('whale');
    expect(await text('#badge-sent')).toBe('bytes sent: 0');
  } finally {
    await firefox.close();
  }
});
