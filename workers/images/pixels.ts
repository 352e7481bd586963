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

/**
 * Composites straight colours on white, in place, rounded like Pillow's `paste` with a mask. Colours from a canvas (multiplied by
 * alpha, rounded, and divided again) give the same bytes, so that pictures that look the same are the same.
 */
export function layOnWhite(rgba: Uint8ClampedArray): void {
  for (let i = 3; i < rgba.length; i += 4) {
    const alpha = rgba[i] as number;
    if (alpha === 255) continue;
    for (let channel = i - 3; channel < i; channel++) {
      rgba[channel] = 255 - alpha + Math.round(((rgba[channel] as number) * alpha) / 255);
    }
    rgba[i] = 255;
  }
}
