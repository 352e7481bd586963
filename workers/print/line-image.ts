/** Prepares pictures for the two graphs of the reader: float32, channels blue, green, red. */
import type { Pixels } from '../images/pixels.ts';
import { type PixelValues, preprocessor } from '../images/preprocess.ts';
import { resize } from '../images/resample.ts';
import { type Quad, sizeOf } from './quad.ts';

/** Of red, green and blue in 0–1: ImageNet's, as the detector was trained. */
const DETECTOR = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
const RECOGNIZER = { image_mean: 0.5, image_std: 0.5 };
const COMMON = { do_resize: false, do_flip_channel_order: true };

/** Height of a line for the recogniser, and its smallest width, in pixels. */
const HEIGHT = 48;
/** A region whose height exceeds its width by this factor is a line that runs upwards. */
const TALL = 1.5;

export const detectorInput = preprocessor({ ...COMMON, ...DETECTOR });
const recognizerInput = preprocessor({ ...COMMON, ...RECOGNIZER });

const isTall = ({ width, height }: ReturnType<typeof sizeOf>) => height > TALL * width;

/** Width of a line at {@link HEIGHT}, in pixels. */
export function lineWidth(quad: Quad): number {
  const size = sizeOf(quad);
  const [long, short] = isTall(size) ? [size.height, size.width] : [size.width, size.height];
  return (HEIGHT * long) / Math.max(short, 1);
}

/**
 * The part of a picture inside `quad`, upright and {@link HEIGHT} pixels high; a tall part is rotated by 90° to the left.
 * @param share of its width that is kept
 */
export function lineInput(pixels: Pixels, quad: Quad, share = 1): PixelValues {
  const size = sizeOf(quad);
  const [a, b, c, d] = quad;
  const [turned, long, short]: [Quad, number, number] = isTall(size)
    ? [[b, c, d, a], size.height, size.width]
    : [quad, size.width, size.height];
  const wide = Math.max(HEIGHT, Math.round(share * lineWidth(quad)));
  const cut = sample(pixels, turned, Math.round(Math.max(long, 1)), Math.round(Math.max(short, 1)));
  return recognizerInput(resize(cut, wide, HEIGHT, 'bilinear'));
}

/** The quad's content as an upright picture, interpolated; outside the picture its edge pixels are repeated. */
function sample({ width, height, data }: Pixels, quad: Quad, wide: number, high: number): Pixels {
  const out = new Uint8ClampedArray(wide * high * 4).fill(255);
  const [topLeft, topRight, , bottomLeft] = quad;
  const [rightX, rightY] = [(topRight[0] - topLeft[0]) / wide, (topRight[1] - topLeft[1]) / wide];
  const [downX, downY] = [(bottomLeft[0] - topLeft[0]) / high, (bottomLeft[1] - topLeft[1]) / high];
  const [lastX, lastY] = [width - 1, height - 1];
  let to = 0;
  for (let v = 0; v < high; v++) {
    const firstX = topLeft[0] + 0.5 * rightX + (v + 0.5) * downX - 0.5;
    const firstY = topLeft[1] + 0.5 * rightY + (v + 0.5) * downY - 0.5;
    for (let u = 0; u < wide; u++, to += 4) {
      const x = Math.min(Math.max(firstX + u * rightX, 0), lastX);
      const y = Math.min(Math.max(firstY + u * rightY, 0), lastY);
      // Neither is negative, so that bits are cut off as by `Math.floor`, which takes longer.
      const [x0, y0] = [x | 0, y | 0];
      const [fx, fy] = [x - x0, y - y0];
      const from = 4 * (y0 * width + x0);
      const beside = x0 < lastX ? 4 : 0;
      const below = y0 < lastY ? 4 * width : 0;
      for (let channel = 0; channel < 3; channel++) {
        const at = from + channel;
        const [a, b] = [data[at] as number, data[at + beside] as number];
        const [c, d] = [data[at + below] as number, data[at + below + beside] as number];
        const upper = a + (b - a) * fx;
        // The array rounds.
        out[to + channel] = upper + (c + (d - c) * fx - upper) * fy;
      }
    }
  }
  return { width: wide, height: high, data: out };
}
