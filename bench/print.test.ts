import { expect, test } from 'vitest';
import { busyLine } from './print.ts';
import type { Row } from './row.ts';

const measured = { threads: 2, median: 1, best: 1, worst: 1, otherThreads: null };
const row = (busyRounds: number): Row => ({
  name: 'text-single',
  unit: 'ms',
  peer: 'transformers.js',
  ours: measured,
  theirs: measured,
  ratio: { median: 1, worst: 1 },
  rounds: 3,
  busyRounds,
});

test('a busy machine is told of the whole run, rows without rounds left out; an idle one is not', () => {
  const memory = { name: 'pico', ours: { peak: 2, rest: 1 }, theirs: null };
  expect(busyLine([row(0), memory, row(2)])).toContain('busy in 2 of 6 rounds');
  expect(busyLine([row(0), memory])).toBeNull();
});
