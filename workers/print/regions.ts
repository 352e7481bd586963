/** Finds lines of print on the detector's map of probabilities. */
import { grown, type Point, type Quad, sizeOf, smallestRectangle } from './quad.ts';

/** One row after another. */
export interface InkMap {
  data: Float32Array;
  width: number;
  height: number;
}

export interface RegionRules {
  /** Probability above which a position belongs to print. */
  ink: number;
  /** Lowest mean probability of a line. */
  sure: number;
  /** How much lines grow: the detector is trained to mark less than the line. */
  grow: number;
}

/** Shorter side below which a region is no line, in positions of the map. */
const SMALLEST = 3;

/** The lines as rotated rectangles in positions of the map, in the order in which a scan meets them. */
export function regionsOf(map: InkMap, rules: RegionRules): Quad[] {
  const lines: Quad[] = [];
  for (const outline of components(map, rules)) {
    const quad = smallestRectangle(outline);
    const { width, height } = sizeOf(quad);
    if (Math.min(width, height) >= SMALLEST) lines.push(grown(quad, rules.grow));
  }
  return lines;
}

/** Both ends of every row of each connected component (of eight neighbours) that is sure enough. */
function* components({ data, width, height }: InkMap, { ink, sure }: RegionRules): Iterable<Point[]> {
  const left = new Uint8Array(data.length);
  for (let at = 0; at < left.length; at++) if ((data[at] as number) > ink) left[at] = 1;
  /** Positions from which runs of ink are still to be followed, not more than one for each run. */
  const waiting: number[] = [];
  for (let start = left.indexOf(1); start !== -1; start = left.indexOf(1, start + 1)) {
    waiting.push(start);
    const ends = new Map<number, [left: number, right: number]>();
    let [sum, count] = [0, 0];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (left[at] === 0) continue;
      const y = Math.floor(at / width);
      const row = y * width;
      let [from, to] = [at, at];
      while (from > row && left[from - 1] === 1) from--;
      while (to < row + width - 1 && left[to + 1] === 1) to++;
      for (let i = from; i <= to; i++) {
        left[i] = 0;
        sum += data[i] as number;
      }
      count += to - from + 1;
      const [first, last] = ends.get(y) ?? [width, 0];
      ends.set(y, [Math.min(first, from - row), Math.max(last, to - row)]);
      const [before, behind] = [Math.max(from - 1, row), Math.min(to + 1, row + width - 1)];
      for (const other of [-width, width]) {
        if (other < 0 ? y === 0 : y === height - 1) continue;
        for (let i = before + other; i <= behind + other; i++) {
          if (left[i] === 1 && (i === before + other || left[i - 1] === 0)) waiting.push(i);
        }
      }
    }
    if (sum / count < sure) continue;
    yield [...ends].flatMap(([y, [left, right]]): Point[] => [
      [left, y],
      [right, y],
    ]);
  }
}
