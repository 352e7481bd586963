/** Crops a picture. */
import type { Box } from '../../src/shared/types.ts';
import type { Pixels } from './pixels.ts';

/** At least one pixel; parts outside the picture are left out. */
export function crop({ width, height, data }: Pixels, box: Box): Pixels {
  const [left, columns] = range(box.x, box.width, width);
  const [top, rows] = range(box.y, box.height, height);
  const part = new Uint8ClampedArray(columns * rows * 4);
  for (let row = 0; row < rows; row++) {
    const from = ((top + row) * width + left) * 4;
    part.set(data.subarray(from, from + columns * 4), row * columns * 4);
  }
  return { width: columns, height: rows, data: part };
}

function range(from: number, length: number, whole: number): [start: number, count: number] {
  const start = Math.min(Math.max(Math.round(from), 0), whole - 1);
  const end = Math.min(Math.max(Math.round(from + length), start + 1), whole);
  return [start, end - start];
}
