/** TTE_s: the preset `pico-s` embeds what pico thought. */
import { existsSync } from 'node:fs';
import { expect, test } from './harness/test.ts';

const INPUT = { image: '/fixtures/images/landscape.png', text: 'what kind of thing is at the northwest ?' };

test('pico-s thinks with pico and reads the trace', async ({ tte }) => {
  test.skip(!existsSync('public/models/pico-s/tte.json'), 'no public/models/pico-s: it has not been trained');
  const found = await tte.evaluate(async (input) => {
    const open = (model: string) => window.tte.createEmbedder({ model, device: 'wasm' });
    const [apart, unified] = [await open('pico-s'), await open('pico')];
    const [own, same] = [
      await apart.embed(input, { think: 'full' }),
      await unified.embed(input, { think: 'full' }),
    ];
    const text = own.trace?.text ?? '';
    const given = await apart.embed({ ...input, trace: text }, { think: 'full' });
    const other = await apart.embed({ ...input, trace: '</think> lion : mammal , animal' });
    const plain = await apart.embed(input, { think: 'never' });
    const cosine = (a: Float32Array, b: Float32Array) =>
      a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
    const result = {
      system: apart.info.system,
      embedder: apart.info.embedder.id,
      reasoner: apart.info.reasoner?.id,
      lengths: [own, given, other, plain].map(({ vector }) => Math.hypot(...vector)),
      trace: text,
      unifiedTrace: same.trace?.text,
      again: cosine(own.vector, given.vector),
      others: [other, plain].map(({ vector }) => cosine(own.vector, vector)),
      spaces: new Set([own.space, same.space]).size,
    };
    await Promise.all([apart.dispose(), unified.dispose()]);
    return result;
  }, INPUT);
  expect(found).toMatchObject({ system: 'TTE_s', embedder: 'pico-s', reasoner: 'pico', spaces: 2 });
  for (const length of found.lengths) expect(length).toBeCloseTo(1, 4);
  expect(found.trace).toMatch(/^<think>.*<\/think>/s);
  expect(found.trace).toBe(found.unifiedTrace);
  // The same trace, written or given, is the same vector; another trace, or none, is another vector.
  expect(found.again).toBeGreaterThan(0.9999);
  for (const cosine of found.others) expect(cosine).toBeLessThan(0.999);
});
