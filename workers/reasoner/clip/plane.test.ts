/** Halving the channels of small pictures. */
import { expect, it } from 'vitest';
import { resize } from '../../images/resample.ts';
import { halve } from './plane.ts';

const SIDE = 16;

it('halve does what resize does, within its rounding', () => {
  const data = new Uint8ClampedArray(4 * SIDE * SIDE).map((_, i) => (i * 7919) % 251);
  const red = Float32Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i] as number);
  const half = SIDE / 2;
  const { data: resized } = resize({ width: SIDE, height: SIDE, data }, half, half, 'bilinear');
  const halved = halve(red, SIDE);
  expect(halved).toHaveLength(half * half);
  for (let y = 1; y < half - 1; y++) {
    for (let x = 1; x < half - 1; x++) {
      const i = y * half + x;
      expect(Math.abs((halved[i] as number) - (resized[4 * i] as number))).toBeLessThan(1.5);
    }
  }
});

it('halve does not know what it is not told', () => {
  const plane = new Float32Array(SIDE * SIDE).fill(9);
  plane[0] = Number.NaN;
  const halved = halve(plane, SIDE);
  expect([halved[0], halved.at(-1)]).toEqual([Number.NaN, 9]);
});
