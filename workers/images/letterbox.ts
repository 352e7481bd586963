/** Scales a picture to fit a square, as object detectors expect it. */
import type { Pixels } from './pixels.ts';
import { resize } from './resample.ts';

export interface Letterboxed {
  /** float32 in 0–1, [1, 3, side, side]; black around the picture. */
  data: Float32Array<ArrayBuffer>;
  dims: readonly [1, 3, number, number];
  /** The part of the square that is picture: left, top, width and height in 0–1. */
  frame: Float32Array<ArrayBuffer>;
}

/** Centres the picture in the square, as large as it fits, resized like Pillow's `BILINEAR`. */
export function letterbox(pixels: Pixels, side: number): Letterboxed {
  const scale = side / Math.max(pixels.width, pixels.height);
  const fitted = (length: number) => Math.max(1, Math.round(length * scale));
  const [width, height] = [fitted(pixels.width), fitted(pixels.height)];
  const [left, top] = [(side - width) >> 1, (side - height) >> 1];
  const picture = resize(pixels, width, height, 'bilinear').data;
  const plane = side * side;
  const data = new Float32Array(3 * plane);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 4 * (y * width + x);
      const to = (y + top) * side + x + left;
      for (let channel = 0; channel < 3; channel++) {
        data[channel * plane + to] = (picture[from + channel] as number) / 255;
      }
    }
  }
  const frame = Float32Array.of(left / side, top / side, width / side, height / side);
  return { data, dims: [1, 3, side, side], frame };
}
