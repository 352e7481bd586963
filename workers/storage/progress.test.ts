import { expect, test } from 'vitest';
import type { LoadProgress } from '../../src/shared/types.ts';
import { createProgressMeter } from './progress.ts';

function recorded() {
  const events: LoadProgress[] = [];
  let time = 0;
  const meter = createProgressMeter(
    (event) => events.push(event),
    () => time,
  );
  return { events, meter, pass: (ms: number) => (time += ms) };
}

test('bytes of all files add up', () => {
  const { events, meter, pass } = recorded();
  meter.expect('a', 100);
  meter.expect('b', 50);
  meter.advance('a', 40, 'network');
  pass(40);
  meter.advance('b', 50, 'storage');
  expect(events).toEqual([
    { phase: 'download', file: 'a', loaded: 40, total: 150, source: 'network' },
    { phase: 'download', file: 'b', loaded: 90, total: 150, source: 'storage' },
  ]);
});

test('counts never decrease: a file that is fetched again adds nothing, and a smaller size is ignored', () => {
  const { events, meter, pass } = recorded();
  const steps = [10, 60, 100, 5, 50, 100, 110];
  for (const bytes of steps) {
    meter.expect('a', 100 - bytes / 2);
    meter.advance('a', bytes, 'network');
    pass(50);
  }
  for (const [index, { loaded, total }] of events.entries()) {
    expect(loaded).toBeLessThanOrEqual(total);
    expect(loaded).toBeGreaterThanOrEqual(events[index - 1]?.loaded ?? 0);
    expect(total).toBeGreaterThanOrEqual(events[index - 1]?.total ?? 0);
  }
  expect(events.at(-1)).toMatchObject({ loaded: 110, total: 110 });
});

test('at most 30 events per second, plus the last byte of a file and new phases', () => {
  const { events, meter, pass } = recorded();
  meter.expect('a', 1000);
  for (let bytes = 1; bytes <= 1000; bytes++) {
    meter.advance('a', bytes, 'network');
    pass(1);
  }
  expect(events.length).toBeGreaterThan(25);
  expect(events.length).toBeLessThanOrEqual(32);
  expect(events.at(-1)).toMatchObject({ loaded: 1000, total: 1000 });
  meter.expect('b', 24);
  meter.compile();
  meter.ready('wasm');
  expect(events.slice(-2)).toEqual([
    { phase: 'compile', loaded: 1000, total: 1024 },
    { phase: 'ready', loaded: 1024, total: 1024, device: 'wasm' },
  ]);
});

test('after the end downloads are reported, and reads are not', () => {
  const { events, meter } = recorded();
  meter.expect('eyes', 100);
  meter.ready('wasm');
  meter.advance('eyes', 100, 'storage');
  meter.advance('ears', 50, 'storage');
  meter.expect('nose', 30);
  meter.advance('nose', 30, 'network');
  expect(events).toEqual([
    { phase: 'ready', loaded: 100, total: 100, device: 'wasm' },
    { phase: 'download', file: 'nose', loaded: 180, total: 180, source: 'network' },
  ]);
});
