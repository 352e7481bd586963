import { expect, test } from 'vitest';
import { letterbox } from './letterbox.ts';
import type { Pixels } from './pixels.ts';

function plain(width: number, height: number, [r, g, b]: readonly [number, number, number]): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < data.length; i += 4) data.set([r, g, b, 255], i);
  return { width, height, data };
}

test.each([
  [20, 10, [0, 2, 8, 4]],
  [10, 20, [2, 0, 4, 8]],
  [3, 3, [0, 0, 8, 8]],
  [4000, 1, [0, 3, 8, 1]],
])('a picture of %i × %i lies in the middle of a black square', (width, height, frame) => {
  const side = 8;
  const { data, dims, frame: found } = letterbox(plain(width, height, [255, 51, 0]), side);
  expect(dims).toEqual([1, 3, side, side]);
  expect([...found].map((share) => share * side)).toEqual(frame);
  const [left, top, w, h] = frame as [number, number, number, number];
  for (const [channel, value] of [1, Math.fround(0.2), 0].entries()) {
    for (let at = 0; at < side * side; at++) {
      const [x, y] = [at % side, Math.floor(at / side)];
      const isInside = x >= left && x < left + w && y >= top && y < top + h;
      expect(data[channel * side * side + at]).toBe(isInside ? value : 0);
    }
  }
});
