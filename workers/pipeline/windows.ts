/** Splits inputs into windows that are processed together: enough texts to fill batches, few enough images to fit in memory. */
import type { Input } from './input.ts';

const TEXTS = 256;
/** A decoded photo of 12 megapixels takes 48 MB. */
const IMAGES = 4;

/** Yields consecutive indices of `inputs`, one window at a time. */
export function* windows(inputs: readonly Pick<Input, 'images'>[]): Generator<number[]> {
  let window: number[] = [];
  let images = 0;
  for (const [index, input] of inputs.entries()) {
    const full = window.length === TEXTS || (images > 0 && images + input.images.length > IMAGES);
    if (full) {
      yield window;
      window = [];
      images = 0;
    }
    window.push(index);
    images += input.images.length;
  }
  if (window.length > 0) yield window;
}
