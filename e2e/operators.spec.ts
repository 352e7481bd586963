import { expect, test } from './harness/test.ts';

type Operators = typeof import('./probes/operators.ts');

for (const bits of [4, 8] as const) {
  test(`products of ${bits}-bit weights: relaxed SIMD and plain agree to the last bit`, async ({ probe }) => {
    const operators = await probe<Operators>('operators');
    const plain = await operators.call('product', bits, false);
    const relaxed = await operators.call('product', bits, true);
    test.skip(relaxed === null, 'this browser has no relaxed SIMD');
    expect(relaxed).toEqual(plain);
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
