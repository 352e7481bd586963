/** The order in which lines are read: columns from left to right, lines from top to bottom. */
import { median } from '../statistics.ts';
import { boundsOf, type Point, type Quad } from './quad.ts';

/** Left, top, right, bottom. */
type Span = readonly [number, number, number, number];

/** Indices of the lines in reading order. */
export function readingOrder(quads: readonly Quad[]): number[] {
  const spans = straightened(quads);
  return inOrder(
    spans,
    spans.map((_, index) => index),
  );
}

/** Upright rectangles around the lines, with the rotation of the page undone: that of the longer half of its lines. */
function straightened(quads: readonly Quad[]): Span[] {
  if (quads.length === 0) return [];
  const along = quads.map(([from, to]): Point => [to[0] - from[0], to[1] - from[1]]);
  const least = median(along.map(([x]) => x));
  const turn = median(along.filter(([x]) => x >= least).map(([x, y]) => Math.atan2(y, x)));
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return quads.map((quad) =>
    boundsOf(quad.map(([x, y]): Point => [x * cos + y * sin, y * cos - x * sin]) as unknown as Quad),
  );
}

/** Splits a page at its widest empty gaps (XY-cut): a wide one between rows, then between columns, then any between rows. */
function inOrder(spans: readonly Span[], some: readonly number[]): number[] {
  if (some.length < 2) return [...some];
  const of = (index: number) => spans[index] as Span;
  const size = median(some.map((index) => of(index)[3] - of(index)[1]));
  for (const [axis, least] of [
    [1, 1.2],
    [0, 0.8],
    [1, 0],
  ] as const) {
    const split = widestGap(
      some.map((index) => [of(index)[axis], of(index)[axis + 2] as number]),
      least * size,
    );
    if (split === null) continue;
    const isBefore = (index: number) => of(index)[axis] < split;
    return [
      ...inOrder(spans, some.filter(isBefore)),
      ...inOrder(
        spans,
        some.filter((index) => !isBefore(index)),
      ),
    ];
  }
  return rows(some, of, size / 2).flat();
}

/** Lines whose boxes touch, by rows: those beside each other whose middles differ by at most `near` stand in one row. */
function rows(some: readonly number[], of: (index: number) => Span, near: number): number[][] {
  const middle = (index: number) => (of(index)[1] + of(index)[3]) / 2;
  const found: number[][] = [];
  for (const index of [...some].sort((a, b) => middle(a) - middle(b))) {
    const row = found.at(-1);
    const isBeside = (other: number) => of(index)[0] >= of(other)[2] || of(index)[2] <= of(other)[0];
    if (row && middle(index) - middle(row[0] as number) <= near && row.every(isBeside)) row.push(index);
    else found.push([index]);
  }
  return found.map((row) => row.sort((a, b) => of(a)[0] - of(b)[0]));
}

/** The middle of the widest gap between intervals if it is wider than `least`, else null. */
function widestGap(intervals: [from: number, to: number][], least: number): number | null {
  let best: { from: number; width: number } | null = null;
  let reach = Number.NEGATIVE_INFINITY;
  for (const [from, to] of intervals.sort((a, b) => a[0] - b[0])) {
    const width = from - reach;
    if (reach > Number.NEGATIVE_INFINITY && width > (best?.width ?? least)) best = { from: reach, width };
    reach = Math.max(reach, to);
  }
  return best && best.from + best.width / 2;
}
