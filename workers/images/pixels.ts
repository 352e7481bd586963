/** A decoded picture: 8-bit RGBA, row by row, upright, composited on white, so that alpha is 255. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `width * height * 4` bytes. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Maximum number of pixels held per picture (200 MB); larger pictures are decoded smaller, with the same aspect ratio. */
export const MAX_PIXELS = 50_000_000;

/** The size to which a picture of the given size is decoded. */
export function heldSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, Math.sqrt(MAX_PIXELS / (width * height)));
  const side = (length: number, other: number) =>
    Math.max(1, Math.floor(Math.min(length * scale, MAX_PIXELS / Math.max(1, other * scale))));
  return { width: side(width, height), height: side(height, width) };
}

/** The least pixel, as a little-endian number, whose alpha is 255. */
const OPAQUE = 0xff000000;

/**
 * Composites straight colours on white, in place, rounded like Pillow's `paste` with a mask. Colours from a canvas (multiplied by
 * alpha, rounded, and divided again) give the same bytes, so that pictures that look the same are the same.
 */
export function layOnWhite(rgba: Uint8ClampedArray): void {
  // Most pictures are opaque everywhere, which whole pixels show faster than bytes.
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
  for (let pixel = 0; pixel < pixels.length; pixel++) {
    if ((pixels[pixel] as number) >= OPAQUE) continue;
    const i = 4 * pixel + 3;
    const alpha = rgba[i] as number;
    for (let channel = i - 3; channel < i; channel++) {
      rgba[channel] = 255 - alpha + Math.round(((rgba[channel] as number) * alpha) / 255);
    }
    rgba[i] = 255;
  }
}
