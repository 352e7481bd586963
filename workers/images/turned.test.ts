import { expect, test } from 'vitest';
import type { Pixels } from './pixels.ts';
import { turned } from './turned.ts';

/** Numbers every pixel of a picture whose rows are wider than a block of columns. */
function numbered(width: number, height: number) {
  const pixels = Uint32Array.from({ length: width * height }, (_, i) => i);
  return { width, height, data: new Uint8ClampedArray(pixels.buffer) };
}

const at = ({ width, data }: Pixels, [x, y]: readonly number[]) =>
  new Uint32Array(data.buffer)[(y as number) * width + (x as number)];

test.each([
  // Where the stored picture's first pixel and the one beside it come to be, in a picture of 37 × 21.
  [1, 37, [0, 0], [1, 0]],
  [2, 37, [36, 0], [35, 0]],
  [3, 37, [36, 20], [35, 20]],
  [4, 37, [0, 20], [1, 20]],
  [5, 21, [0, 0], [0, 1]],
  [6, 21, [20, 0], [20, 1]],
  [7, 21, [20, 36], [20, 35]],
  [8, 21, [0, 36], [0, 35]],
] as const)('orientation %i', (orientation, width, first, beside) => {
  const upright = turned(numbered(37, 21), orientation);
  expect(upright.width).toBe(width);
  expect(at(upright, first)).toBe(0);
  expect(at(upright, beside)).toBe(1);
  expect(new Set(new Uint32Array(upright.data.buffer)).size).toBe(37 * 21);
});
