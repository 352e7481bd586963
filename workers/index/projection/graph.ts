/** UMAP's graph (McInnes, Healy and Melville, arXiv 1802.03426): the weights between a point and its neighbours. */

export interface Neighbour {
  /** Index of the point. */
  to: number;
  /** 1 − cosine. */
  distance: number;
}

export interface Edge {
  from: number;
  to: number;
  /** 0 … 1. */
  weight: number;
}

const ITERATIONS = 64;
const TOLERANCE = 1e-5;
/** Minimum bandwidth relative to the mean distance, so that duplicates do not collapse the layout. */
const LEAST_WIDTH = 1e-3;

/**
 * Weights of one point's edges: 1 for the nearest neighbour, then decreasing so that they sum to log2(neighbours + 1).
 * @param neighbours nearest first
 */
export function strengths(neighbours: readonly Neighbour[]): number[] {
  const target = Math.log2(neighbours.length + 1);
  const nearest = neighbours.find(({ distance }) => distance > 0)?.distance ?? 0;
  const beyond = neighbours.map(({ distance }) => Math.max(0, distance - nearest));
  const strength = (distance: number, width: number) => (distance > 0 ? Math.exp(-distance / width) : 1);
  let [low, high, width] = [0, Number.POSITIVE_INFINITY, 1];
  for (let i = 0; i < ITERATIONS; i++) {
    const sum = beyond.reduce((total, distance) => total + strength(distance, width), 0);
    if (Math.abs(sum - target) < TOLERANCE) break;
    if (sum > target) high = width;
    else low = width;
    width = high === Number.POSITIVE_INFINITY ? width * 2 : (low + high) / 2;
  }
  const mean = neighbours.reduce((total, { distance }) => total + distance, 0) / neighbours.length;
  width = Math.max(width, LEAST_WIDTH * mean, Number.MIN_VALUE);
  return beyond.map((distance) => strength(distance, width));
}

/** Symmetrises the edges: the probability that at least one of the two directions exists. */
export function unite(neighbours: readonly (readonly Neighbour[])[]): Edge[] {
  const count = neighbours.length;
  const ties = new Map<number, number>();
  for (const [from, list] of neighbours.entries()) {
    const weights = strengths(list);
    for (const [i, { to }] of list.entries()) ties.set(from * count + to, weights[i] as number);
  }
  const edges: Edge[] = [];
  for (const [key, one] of ties) {
    const [from, to] = [Math.floor(key / count), key % count];
    const other = ties.get(to * count + from);
    const weight = one + (other ?? 0) - one * (other ?? 0);
    edges.push({ from, to, weight });
    if (other === undefined) edges.push({ from: to, to: from, weight });
  }
  return edges;
}
