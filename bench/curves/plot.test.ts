import { describe, expect, test } from 'vitest';
import { plot } from './plot.ts';
import { type Measured, missing, withPoint } from './points.ts';

const labels = { title: 'Texts & <traces>', size: 'tokens', ours: 'ours', theirs: 'theirs' };
const measured: Measured = {
  date: '2026-01-02',
  machine: '2 × CPU',
  busy: false,
  points: [
    { size: 1, ours: 1, theirs: 10 },
    { size: 10, ours: 10, theirs: 100 },
    { size: 100, ours: 100, theirs: 100 },
  ],
};

/** The points of the two lines, ours first. */
const lines = (svg: string) =>
  [...svg.matchAll(/<polyline points="([^"]+)"/g)].map(([, points]) =>
    points!.split(' ').map((point) => point.split(',').map(Number) as [number, number]),
  );

describe('a plot', () => {
  test('has both lines on logarithmic axes', () => {
    const [ours, theirs] = lines(plot(measured, labels));
    // Equal factors are equal steps: to the right, and up.
    const steps = [0, 1].map((i) => ours!.slice(1).map((point, n) => point[i]! - ours![n]![i]!));
    expect(steps[0]![0]).toBeCloseTo(steps[0]![1]!, 0);
    expect(steps[1]![0]).toBeCloseTo(steps[1]![1]!, 0);
    expect(steps[0]![0]).toBeGreaterThan(0);
    expect(steps[1]![0]).toBeLessThan(0);
    // The same figure is at the same height on both.
    expect(theirs![0]![1]).toBe(ours![1]![1]);
    expect(theirs![2]).toEqual(ours![2]);
  });

  test('lies within its picture, whatever the figures', () => {
    for (const factor of [1e-4, 1, 1e5]) {
      const points = measured.points.map(({ size, ours, theirs }) => ({
        size: size * factor,
        ours: ours * factor,
        theirs: theirs * factor,
      }));
      const svg = plot({ ...measured, points }, labels);
      const [, width, height] = svg.match(/viewBox="0 0 (\d+) (\d+)"/)!.map(Number);
      for (const [x, y] of lines(svg).flat()) {
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThan(width!);
        expect(y).toBeGreaterThan(0);
        expect(y).toBeLessThan(height!);
      }
    }
  });

  test('is XML, and says where and when it was measured', () => {
    const svg = plot(measured, labels);
    expect(svg).toContain('Texts &amp; &lt;traces&gt;');
    expect(svg).toContain('2026-01-02, 2 × CPU<');
    expect(plot({ ...measured, busy: true }, labels)).toContain('other programs');
  });

  test('of one point is one, of none is refused, as is what a logarithmic axis does not have', () => {
    const [one] = measured.points;
    expect(
      lines(plot({ ...measured, points: [one!] }, labels))
        .flat()
        .every(([x]) => x > 0),
    ).toBe(true);
    expect(() => plot({ ...measured, points: [] }, labels)).toThrow();
    expect(() => plot({ ...measured, points: [{ ...one!, ours: 0 }] }, labels)).toThrow();
  });
});

test('a run that was interrupted continues with what is missing; another machine begins anew', () => {
  const about = { date: '2026-01-03', machine: '2 × CPU', busy: true };
  const before = withPoint({}, 'text', { size: 8, ours: 1, theirs: 2 }, about);
  expect(missing(before, 'text', about.machine, [4, 8])).toEqual([4]);
  expect(missing(before, 'batch', about.machine, [4, 8])).toEqual([4, 8]);
  const after = withPoint(before, 'text', { size: 4, ours: 1, theirs: 1 }, { ...about, busy: false });
  expect(after.text).toMatchObject({ busy: true, points: [{ size: 4 }, { size: 8 }] });
  expect(missing(after, 'text', 'another', [4, 8])).toEqual([4, 8]);
  const other = withPoint(after, 'text', { size: 4, ours: 3, theirs: 3 }, { ...about, machine: 'another' });
  expect(other.text?.points).toEqual([{ size: 4, ours: 3, theirs: 3 }]);
});
