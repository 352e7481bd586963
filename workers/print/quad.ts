/** Rotated rectangles around lines of print. */

export type Point = readonly [x: number, y: number];

/** Corners clockwise from the line's top left. */
export type Quad = readonly [Point, Point, Point, Point];

const distance = (a: Point, b: Point) => Math.hypot(b[0] - a[0], b[1] - a[1]);

/** Lengths of the upper and the left side. */
export function sizeOf([topLeft, topRight, , bottomLeft]: Quad): { width: number; height: number } {
  return { width: distance(topLeft, topRight), height: distance(topLeft, bottomLeft) };
}

/** The smallest rectangle around the points that is aligned with an edge of their convex hull, its corners in order. */
export function smallestRectangle(points: readonly Point[]): Quad {
  const hull = convexHull(points);
  let best: { area: number; corners: Point[] } | null = null;
  for (const [i, from] of hull.entries()) {
    const to = hull[(i + 1) % hull.length] as Point;
    const length = distance(from, to);
    // A hull of one point has no direction; its rectangle is that point.
    const [dx, dy] = length > 0 ? [(to[0] - from[0]) / length, (to[1] - from[1]) / length] : [1, 0];
    const along = hull.map(([x, y]) => x * dx + y * dy);
    const across = hull.map(([x, y]) => y * dx - x * dy);
    const [left, right, top, bottom] = [
      Math.min(...along),
      Math.max(...along),
      Math.min(...across),
      Math.max(...across),
    ];
    const area = (right - left) * (bottom - top);
    if (best && area >= best.area - 1e-9) continue;
    const corner = (u: number, v: number): Point => [u * dx - v * dy, u * dy + v * dx];
    best = {
      area,
      corners: [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)],
    };
  }
  return upright((best?.corners ?? []) as unknown as Quad);
}

/** Orders corners clockwise from the top left: the upper of the two leftmost ones first, then the upper of the others. */
function upright(corners: Quad): Quad {
  const byX = [...corners].sort((a, b) => a[0] - b[0]);
  const upper = (pair: Point[]) => pair.sort((a, b) => a[1] - b[1]) as [Point, Point];
  const [left, right] = [upper(byX.slice(0, 2)), upper(byX.slice(2))];
  return [left[0], right[0], right[1], left[1]];
}

/** The convex hull by Andrew's monotone chain: its vertices in order, without collinear points. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (order: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of order) {
      while (chain.length > 1 && !turnsLeft(chain.at(-2) as Point, chain.at(-1) as Point, point)) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  const hull = [...half(sorted), ...half(sorted.reverse())];
  return hull.length > 0 ? hull : sorted.slice(0, 1);
}

function turnsLeft(a: Point, b: Point, c: Point): boolean {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0;
}

/** Moves every side outwards by area × `factor` / perimeter. */
export function grown(quad: Quad, factor: number): Quad {
  const [topLeft, topRight, bottomRight, bottomLeft] = quad;
  const { width, height } = sizeOf(quad);
  const by = (width * height * factor) / (2 * (width + height));
  const unit = (from: Point, to: Point, length: number): Point => [
    (by * (to[0] - from[0])) / Math.max(length, 1e-6),
    (by * (to[1] - from[1])) / Math.max(length, 1e-6),
  ];
  const [along, down] = [unit(topLeft, topRight, width), unit(topLeft, bottomLeft, height)];
  const moved = ([x, y]: Point, a: number, d: number): Point => [
    x + a * along[0] + d * down[0],
    y + a * along[1] + d * down[1],
  ];
  return [moved(topLeft, -1, -1), moved(topRight, 1, -1), moved(bottomRight, 1, 1), moved(bottomLeft, -1, 1)];
}

export const scaled = (quad: Quad, x: number, y: number): Quad =>
  quad.map((point): Point => [point[0] * x, point[1] * y]) as unknown as Quad;

/** Left, top, right and bottom of the upright rectangle around a quad. */
export function boundsOf(quad: Quad): [left: number, top: number, right: number, bottom: number] {
  const [xs, ys] = [quad.map(([x]) => x), quad.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
