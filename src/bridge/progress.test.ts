import { expect, test } from 'vitest';
import type { LoadProgress } from '../shared/types.ts';
import { monotonic } from './progress.ts';

test('reports at most 30 events per second within a phase, and every change of phase and completion', () => {
  const seen: LoadProgress[] = [];
  let now = 0;
  const report = monotonic(
    (progress) => seen.push(progress),
    () => now,
  );
  for (let loaded = 0; loaded <= 100; loaded++) {
    report({ phase: 'download', file: 'a', loaded, total: 100, source: 'network' });
    now += 10;
  }
  report({ phase: 'compile', loaded: 0, total: 0 });
  report({ phase: 'ready', loaded: 100, total: 100, device: 'wasm' });
  const downloads = seen.filter(({ phase }) => phase === 'download');
  expect(downloads.length).toBeLessThanOrEqual(31);
  expect(downloads.at(-1)?.loaded).toBe(100);
  expect(seen.slice(-2).map(({ phase, loaded, total }) => [phase, loaded, total])).toEqual([
    ['compile', 100, 100],
    ['ready', 100, 100],
  ]);
});
