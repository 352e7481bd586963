/** Makes frames as bright as one of them: exposure and white balance change while people film. */
import { median } from '../../statistics.ts';
import type { Plane } from './plane.ts';

const ROUNDS = 5;
/** After a smaller one, of 255, no other round is needed. */
const LAST_CHANGE = 0.5;
/** A difference that is so many times the usual one has a quarter of the weight. */
const OUTLYING = 2;
/** The greatest value, and the one from which on a place may be brighter than its value says. */
const WHITE = 255;
const BRIGHT = 250;

/** @param planes one channel of each frame, aligned */
export function evenLight(planes: readonly Plane[], reference: Plane): Plane[] {
  const lines = planes.map((plane) =>
    plane === reference ? { gain: 1, offset: 0 } : lineTo(plane, reference),
  );
  // What is white in one frame says no more in the others than that it is bright.
  const most = Math.min(...lines.map(({ gain, offset }) => gain * WHITE + offset));
  return planes.map((plane, i) => {
    const { gain, offset } = lines[i] as Line;
    return plane.map((value) => Math.min(most, gain * value + offset));
  });
}

interface Line {
  gain: number;
  offset: number;
}

/** The line that makes one plane most like another: least squares, in which outliers have little weight. */
function lineTo(plane: Plane, reference: Plane): Line {
  let line: Line = { gain: 1, offset: 0 };
  const known = Int32Array.from(plane.keys()).filter(
    (i) => (plane[i] as number) < BRIGHT && (reference[i] as number) < BRIGHT,
  );
  const errors = new Float32Array(known.length);
  for (let round = 0; round < ROUNDS; round++) {
    for (let k = 0; k < known.length; k++) {
      const [x, y] = [plane[known[k] as number] as number, reference[known[k] as number] as number];
      errors[k] = Math.abs(line.gain * x + line.offset - y);
    }
    const usual = OUTLYING * median(errors) + 0.1;
    let [n, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
    for (let k = 0; k < known.length; k++) {
      const [x, y] = [plane[known[k] as number] as number, reference[known[k] as number] as number];
      const weight = 1 / (1 + ((errors[k] as number) / usual) ** 2) ** 2;
      n += weight;
      sumX += weight * x;
      sumY += weight * y;
      sumXX += weight * x * x;
      sumXY += weight * x * y;
    }
    const spread = n * sumXX - sumX ** 2;
    if (spread < 1) break;
    const gain = (n * sumXY - sumX * sumY) / spread;
    const next = { gain, offset: (sumY - gain * sumX) / n };
    const change = Math.abs(WHITE * (next.gain - line.gain)) + Math.abs(next.offset - line.offset);
    line = next;
    if (change < LAST_CHANGE) break;
  }
  return line;
}
