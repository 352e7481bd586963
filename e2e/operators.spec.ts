import { decompress, init } from '@bokuweb/zstd-wasm';
import type { Page } from '@playwright/test';
import { cosineSimilarity as cosine } from '../src/client/vectors.ts';
import { expect, test } from './harness/test.ts';

type Operators = typeof import('./probes/operators.ts');

for (const bits of [4, 8] as const) {
  test(`products of ${bits}-bit weights: relaxed SIMD and plain agree to the last bit`, async ({ probe }) => {
    const operators = await probe<Operators>('operators');
    const plain = await operators.call('product', bits, 'plain');
    for (const dot of ['relaxed', 'fused'] as const) {
      const found = await operators.call('product', bits, dot);
      test.skip(found === null, 'this browser has no relaxed SIMD');
      expect(found).toEqual(plain);
    }
    expect(new Set(plain).size).toBeGreaterThan(100);
  });
}

test('products, activations and attention shared among threads give the same figures', async ({ probe }) => {
  const operators = await probe<Operators>('operators');
  const one = await operators.call('logits', 1);
  expect(one).toHaveLength(337);
  expect(await operators.call('logits', 1)).toEqual(one);
  for (const threads of [2, 3]) {
    const several = await operators.call('logits', threads);
    expect(Math.max(...several.map((x, i) => Math.abs(x - (one[i] as number))))).toBeLessThan(1e-4);
  }
});

/** A picture and a text by the built-in model; vectors, and what the embedder warns of. */
const embedBoth = (page: Page, customOperators: boolean) =>
  page.evaluate(async (customOperators) => {
    const cache = { vectors: 0, traces: 0 };
    const tte = await window.tte.createEmbedder({ device: 'wasm', cache, customOperators });
    const image = await (await fetch('/fixtures/images/portrait.png')).blob();
    const found = [await tte.embed({ image }), await tte.embed({ text: 'Three people at a table.' })];
    const warnings = tte.warnings.map(({ code }) => code);
    await tte.dispose();
    return { vectors: found.map(({ vector }) => [...vector]), warnings };
  }, customOperators);

test('without our operators, and in a build they do not fit, the runtime computes the same by itself', async ({
  tte,
}) => {
  const ours = await embedBoth(tte, true);
  expect(ours.warnings).not.toContain('unknown-runtime');
  const off = await embedBoth(tte, false);
  expect(off.warnings).not.toContain('unknown-runtime');
  await init();
  await tte.route(/\/ort-[^/]*\.wasm/, async (route) => {
    const response = await route.fetch();
    // The same code in other bytes: with an empty custom section at the end.
    const body = Buffer.concat([decompress(await response.body()), Buffer.from([0, 2, 1, 0x20])]);
    await route.fulfill({ response, body });
  });
  const unknown = await embedBoth(tte, true);
  expect(unknown.warnings).toContain('unknown-runtime');
  expect(unknown.vectors).toEqual(off.vectors);
  expect(ours.vectors).not.toEqual(off.vectors);
  ours.vectors.forEach((vector, i) => {
    expect(cosine(vector, off.vectors[i] as number[])).toBeGreaterThan(0.99);
  });
});
