import { expect, test } from 'vitest';
import type { Row } from './family.ts';
import { summary, table } from './summary.ts';

const row = (family: string, value: number, more: Partial<Row> = {}): Row => ({
  suite: 'scenes',
  family: `trained/${family}`,
  system: 'TTE_u',
  think: 'full',
  metric: 'hit@1',
  value,
  n: 10,
  tokens: 20,
  ms: 1,
  ...more,
});
const FAMILIES = ['qa', 'category', 'composed', 'related', 'grounding'];
const direct = FAMILIES.map((family) => row(family, 40, { system: 'direct', think: 'never', tokens: 0 }));

test('both kinds of change share a column, and the mean is that of the columns', () => {
  const rows = [90, 80, 100, 60, 50].map((value, i) => row(FAMILIES[i] as string, value));
  const [line] = summary([...rows, row('qa', 1, { metric: 'finals' }), row('counting', 2)]);
  expect(line?.values).toEqual({ qa: 90, category: 80, composed: 80, grounding: 50, mean: 75 });
  expect(line?.tokens).toBe(20);
});

test('systems without a result for every family are left out', () => {
  expect(summary(FAMILIES.slice(1).map((family) => row(family, 50)))).toEqual([]);
});

test('the gain is relative to direct embedding on the same art', () => {
  const lines = summary([...direct, ...FAMILIES.map((family) => row(family, 65))]);
  expect(table(lines)).toContain(
    '| trained | TTE_u | full | 65.0 | 65.0 | 65.0 | 65.0 | 65.0 | 25.0 | 20.0 |',
  );
});
