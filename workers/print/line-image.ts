/** Prepares pictures for the two graphs of the reader: float32, channels blue, green, red. */
import type { Pixels } from '../images/pixels.ts';
import { type PixelValues, preprocessor } from '../images/preprocess.ts';
import { resize } from '../images/resample.ts';
import { type Point, type Quad, sizeOf } from './quad.ts';

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

/** The part of a picture inside `quad`, upright and {@link HEIGHT} pixels high; a tall part is rotated by 90° to the left. */
export function lineInput(pixels: Pixels, quad: Quad): PixelValues {
  const { width, height } = sizeOf(quad);
  const isTall = height > TALL * width;
  const [a, b, c, d] = quad;
  const turned: Quad = isTall ? [b, c, d, a] : quad;
  const [long, short] = isTall ? [height, width] : [width, height];
  const wide = Math.max(HEIGHT, Math.round((HEIGHT * long) / Math.max(short, 1)));
  const cut = sample(pixels, turned, Math.round(Math.max(long, 1)), Math.round(Math.max(short, 1)));
  return recognizerInput(resize(cut, wide, HEIGHT, 'bilinear'));
}

/** The quad's content as an upright picture, interpolated; outside the picture its edge pixels are repeated. */
function sample({ width, height, data }: Pixels, quad: Quad, wide: number, high: number): Pixels {
  const out = new Uint8ClampedArray(wide * high * 4).fill(255);
  const [topLeft, topRight, , bottomLeft] = quad;
  const step = (to: Point, over: number): Point => [(to[0] - topLeft[0]) / over, (to[1] - topLeft[1]) / over];
  const [right, down] = [step(topRight, wide), step(bottomLeft, high)];
  const [lastX, lastY] = [width - 1, height - 1];
  let to = 0;
  for (let v = 0; v < high; v++) {
    for (let u = 0; u < wide; u++, to += 4) {
      const x = topLeft[0] + (u + 0.5) * right[0] + (v + 0.5) * down[0] - 0.5;
      const y = topLeft[1] + (u + 0.5) * right[1] + (v + 0.5) * down[1] - 0.5;
      const x0 = Math.min(Math.max(Math.floor(x), 0), lastX);
      const y0 = Math.min(Math.max(Math.floor(y), 0), lastY);
      const fx = Math.min(Math.max(x - x0, 0), 1);
      const fy = Math.min(Math.max(y - y0, 0), 1);
      const from = 4 * (y0 * width + x0);
      const beside = x0 < lastX ? 4 : 0;
      const below = y0 < lastY ? 4 * width : 0;
      for (let at = from; at < from + 3; at++) {
        const upper = (data[at] as number) * (1 - fx) + (data[at + beside] as number) * fx;
        const lower = (data[at + below] as number) * (1 - fx) + (data[at + below + beside] as number) * fx;
        out[to + at - from] = Math.round(upper * (1 - fy) + lower * fy);
      }
    }
  }
  return { width: wide, height: high, data: out };
}
