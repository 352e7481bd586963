import { expect, test } from 'vitest';
import { pool, poolWeights } from './pooling.ts';

test.each(['mean', 'cls', 'last'] as const)('weights pool as `pool` does: %s', (pooling) => {
  const [rows, sequence, hidden] = [3, 4, 2];
  const lengths = [4, 1, 3];
  const states = Float32Array.from({ length: rows * sequence * hidden }, (_, i) => Math.sin(i + 1));
  const weights = poolWeights(lengths, sequence, pooling);
  expect(weights).toHaveLength(rows * sequence);
  const sums = new Float32Array(rows * hidden);
  for (let row = 0; row < rows; row++)
    for (let token = 0; token < sequence; token++)
      for (let i = 0; i < hidden; i++)
        sums[row * hidden + i]! +=
          weights[row * sequence + token]! * states[(row * sequence + token) * hidden + i]!;
  const pooled = pool(sums, [rows, hidden], lengths, pooling);
  const expected = pool(states, [rows, sequence, hidden], lengths, pooling);
  expected.forEach((vector, row) => {
    vector.forEach((x, i) => {
      expect(pooled[row]![i]).toBeCloseTo(x, 6);
    });
  });
});
