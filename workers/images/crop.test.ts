import { expect, test } from 'vitest';
import { crop } from './crop.ts';

/** Each pixel holds its own place. */
const picture = {
  width: 4,
  height: 3,
  data: Uint8ClampedArray.from({ length: 48 }, (_, i) => Math.floor(i / 4)),
};

test.each([
  ['a part', [1, 1, 2, 2], 2, [5, 6, 9, 10]],
  ['the whole', [0, 0, 4, 3], 4, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  ['what lies between pixels, rounded', [0.6, 0.4, 1.8, 0.9], 1, [1]],
  ['what reaches beyond the edges, cut off', [-3, -1, 5, 2], 2, [0, 1]],
  ['one pixel at least', [2, 2, 0, 0], 1, [10]],
  ['one pixel of what lies outside', [9, 9, 3, 3], 1, [11]],
] as const)('%s', (_, [x, y, width, height], columns, places) => {
  const part = crop(picture, { x, y, width, height });
  expect(part).toMatchObject({ width: columns, height: places.length / columns });
  expect([...part.data]).toEqual(places.flatMap((place) => [place, place, place, place]));
});
