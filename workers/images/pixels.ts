/** A decoded picture: 8-bit RGBA, row by row, upright, laid on white where it was transparent, so that alpha is 255. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Length width × height × 4. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** More pixels than these (200 MB) are never held of one picture: larger ones are decoded smaller, in the same shape. */
export const MAX_PIXELS = 50_000_000;

/** The size a picture of this size is decoded to. */
export function heldSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, Math.sqrt(MAX_PIXELS / (width * height)));
  const side = (length: number, other: number) =>
    Math.max(1, Math.floor(Math.min(length * scale, MAX_PIXELS / Math.max(1, other * scale))));
  return { width: side(width, height), height: side(height, width) };
}

/**
 * Lays colours that are not multiplied by alpha on white, in place, rounded as Pillow's `paste` with a mask does. What a canvas
 * keeps (colours multiplied by alpha and rounded, then divided again) comes to the same bytes: pictures that look alike are alike.
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
