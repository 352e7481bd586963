/** UMAP's layout by stochastic gradient descent: neighbours attract each other, random points repel each other. */
import type { Edge } from './graph.ts';

/**
 * How near two points count as, by their distance: 1 / (1 + A · d²). UMAP's own curve has the exponent 1.79 for 2, for its usual least distance of
 * 0.1; its power is most of what a layout costs, and the maps are as good without (project.test.ts).
 */
const A = 1.5;
/** Negative samples per attracting neighbour. */
const REPULSIONS = 5;
const FARTHEST_STEP = 4;

export interface LayoutOptions {
  /** x, y of each point; moved in place. */
  points: Float32Array;
  edges: readonly Edge[];
  /** Points before this index are fixed. */
  fixed: number;
  epochs: number;
  random: () => number;
}

/** @returns a function that runs the next epoch */
export function createLayout({ points, edges, fixed, epochs, random }: LayoutOptions): () => void {
  const count = points.length / 2;
  const strongest = edges.reduce((most, { weight }) => Math.max(most, weight), 0);
  const used = edges.filter(({ weight }) => weight > strongest / epochs);
  const from = Int32Array.from(used, (edge) => edge.from);
  const to = Int32Array.from(used, (edge) => edge.to);
  // A strong edge is sampled in every epoch, a weak one in every n-th.
  const period = Float32Array.from(used, ({ weight }) => strongest / weight);
  const nextPull = period.slice();
  const nextPush = period.map((epochsBetween) => epochsBetween / REPULSIONS);
  let epoch = 0;

  return () => {
    const rate = 1 - epoch / epochs;
    for (let edge = 0; edge < from.length; edge++) {
      if (nextPull[edge]! > epoch) continue;
      const i = 2 * from[edge]!;
      const j = 2 * to[edge]!;
      const dx = points[i]! - points[j]!;
      const dy = points[i + 1]! - points[j + 1]!;
      const pull = (-2 * A) / (1 + A * (dx * dx + dy * dy));
      move(i, rate * limited(pull * dx), rate * limited(pull * dy));
      move(j, -rate * limited(pull * dx), -rate * limited(pull * dy));
      nextPull[edge] = nextPull[edge]! + period[edge]!;

      const between = period[edge]! / REPULSIONS;
      const pushes = Math.floor((epoch - nextPush[edge]!) / between);
      for (let push = 0; push < pushes; push++) {
        const k = 2 * Math.floor(random() * count);
        const ax = points[i]! - points[k]!;
        const ay = points[i + 1]! - points[k + 1]!;
        const apart = ax * ax + ay * ay;
        const force = 2 / ((0.001 + apart) * (1 + A * apart));
        move(i, rate * limited(force * ax), rate * limited(force * ay));
      }
      nextPush[edge] = nextPush[edge]! + pushes * between;
    }
    epoch++;
  };

  function move(at: number, dx: number, dy: number) {
    if (at < 2 * fixed) return;
    points[at] = points[at]! + dx;
    points[at + 1] = points[at + 1]! + dy;
  }
}

function limited(force: number): number {
  return force > FARTHEST_STEP ? FARTHEST_STEP : force < -FARTHEST_STEP ? -FARTHEST_STEP : force;
}
