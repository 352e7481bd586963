/** Runs the code of the guide unchanged in a page. */
import { transformWithOxc } from 'vite';
import { guide } from '../scripts/snippets.ts';
import { expect, test } from './harness/test.ts';

const IMPORT = /^import (\{[^}]+\}) from 'think-then-embed';$/gm;

test('the guide’s code loads, embeds, compares, indexes, searches and cleans up', async ({ tte }) => {
  const logged: string[] = [];
  tte.on('console', (message) => logged.push(message.text()));
  const { code } = await transformWithOxc(guide().code.replace(IMPORT, 'const $1 = window.tte;'), 'guide.ts');
  const result = await tte.evaluate(`(async () => {
    const picture = await (await fetch('/samples/photo-chelsea.webp')).blob();
    const file = new File([picture], 'cat.webp', { type: picture.type });
    ${code.replace(/export\s*\{\s*\};?/, '')}
    return {
      lengths: [cat, photo, both].map(({ vector }) => vector.length),
      alike: cosineSimilarity(cat.vector, photo.vector),
    };
  })()`);
  expect(result).toEqual({ lengths: [384, 384, 384], alike: expect.any(Number) });
  expect((result as { alike: number }).alike).toBeGreaterThan(0.1);
  expect(logged).toContain('100 %');
  expect(logged.find((line) => line.startsWith('quick'))).toMatch(/^quick \[?\W*bees/);
});
