/** Turns a picture as EXIF says. */
import type { Pixels } from './pixels.ts';

/** Columns that are turned together: so many source rows stay in the cache while they are read downwards. */
const COLUMNS = 16;

/** @param orientation 1 to 8, as EXIF has it. @returns the same picture for 1 */
export function turned(picture: Pixels, orientation: number): Pixels {
  const { width: across, height: down } = picture;
  if (orientation === 1) return picture;
  const [first, right, below] = stepsOf(orientation, across, down);
  const [width, height] = orientation >= 5 ? [down, across] : [across, down];
  const source = new Uint32Array(picture.data.buffer, picture.data.byteOffset, across * down);
  const target = new Uint32Array(across * down);
  for (let left = 0; left < width; left += COLUMNS) {
    const end = Math.min(width, left + COLUMNS);
    for (let y = 0; y < height; y++) {
      let from = first + left * right + y * below;
      for (let at = y * width + left; at < y * width + end; at++, from += right) {
        target[at] = source[from] as number;
      }
    }
  }
  return { width, height, data: new Uint8ClampedArray(target.buffer) };
}

/** In the picture as it is stored: where the upright one's first pixel is, and the steps to the next one to the right and below. */
function stepsOf(orientation: number, across: number, down: number): [number, number, number] {
  const last = across * down - 1;
  const steps: Readonly<Record<number, [number, number, number]>> = {
    2: [across - 1, -1, across],
    3: [last, -1, -across],
    4: [last - across + 1, 1, -across],
    5: [0, across, 1],
    6: [last - across + 1, -across, 1],
    7: [last, -across, -1],
    8: [across - 1, across, -1],
  };
  return steps[orientation] ?? [0, 1, across];
}
