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
  const seen = new Uint8Array(data.length);
  const waiting: number[] = [];
  const visit = (at: number) => {
    if (seen[at] === 1 || (data[at] as number) <= ink) return;
    seen[at] = 1;
    waiting.push(at);
  };
  for (let start = 0; start < data.length; start++) {
    visit(start);
    if (waiting.length === 0) continue;
    const ends = new Map<number, [left: number, right: number]>();
    let [sum, count] = [0, 0];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)];
      const row = ends.get(y);
      if (row === undefined) ends.set(y, [x, x]);
      else {
        row[0] = Math.min(row[0], x);
        row[1] = Math.max(row[1], x);
      }
      sum += data[at] as number;
      count++;
      for (let dy = y > 0 ? -1 : 0; dy <= (y < height - 1 ? 1 : 0); dy++) {
        for (let dx = x > 0 ? -1 : 0; dx <= (x < width - 1 ? 1 : 0); dx++) visit(at + dy * width + dx);
      }
    }
    if (sum / count < sure) continue;
    yield [...ends].flatMap(([y, [left, right]]): Point[] => [
      [left, y],
      [right, y],
    ]);
  }
}
