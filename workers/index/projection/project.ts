/** Projects vectors to the plane by UMAP on exact neighbours. Seeded, incremental and abortable. */

import { throwIfAborted } from '../../storage/aborted.ts';
import { yieldToEventLoop } from '../../yield-to-event-loop.ts';
import { sampleOf, seeded } from '../random.ts';
import { type Edge, type Neighbour, strengths, unite } from './graph.ts';
import { createLayout } from './layout.ts';
import { principalPlane } from './principal.ts';

/** The part of an index's matrix that the projection uses. */
export interface ProjectionSource {
  /** Number of rows, including deleted ones. */
  readonly size: number;
  vector(row: number): Float32Array;
  /** The rows nearest to a vector of unit length among those whose mask is 1, best first. */
  scan(
    query: Float32Array,
    options: { topK: number; allowed: { mask: Uint8Array; count: number } },
  ): readonly { row: number; score: number }[];
}

export interface ProjectionOptions {
  seed: number;
  /** x, y by row of an earlier projection; these points are fixed. Empty: a new layout is computed. */
  earlier: ReadonlyMap<number, readonly [number, number]>;
  /** Above this number of rows a seeded sample is laid out, and the others are placed near their neighbours. */
  sample: number;
  signal: AbortSignal;
  /** 0 … 1. */
  onProgress: (done: number) => void;
}

/** Number of neighbours per point. */
const NEIGHBOURS = 14;
/** Number of rows to lay out, which takes seconds. */
export const LAYOUT_SAMPLE = 10_000;
/** Minimum number of earlier points; with fewer a new layout is computed. */
const MIN_EARLIER = NEIGHBOURS + 1;
/** Rows between two checks of the signal. */
const BATCH = 64;
/** Share of the work spent on finding neighbours, for progress. */
const FINDING = 0.7;

/**
 * Preserves neighbourhoods; large distances are not meaningful. The same rows, seed and browser give the same result.
 * @param rows each once
 * @returns x, y of each, in the order of `rows`; about −15 … 15
 * @throws TteError aborted
 */
export async function project2d(
  source: ProjectionSource,
  rows: readonly number[],
  { seed, earlier, sample: most, signal, onProgress }: ProjectionOptions,
): Promise<Float32Array<ArrayBuffer>> {
  if (rows.length === 0) return new Float32Array(0);
  const random = seeded(seed);
  const places = new Map<number, readonly [number, number]>();
  for (const row of rows) {
    const place = earlier.get(row);
    if (place !== undefined) places.set(row, place);
  }
  if (places.size < MIN_EARLIER) {
    places.clear();
    await draw(sampleOf(rows, most, random));
  }
  for (let missing = rows.filter((row) => !places.has(row)); missing.length > 0; ) {
    const now = missing.slice(0, most);
    missing = missing.slice(most);
    await placeAmong(now);
  }
  onProgress(1);
  return Float32Array.from(rows.flatMap((row) => places.get(row) as readonly [number, number]));

  async function draw(drawn: readonly number[]) {
    const neighbours = await neighboursOf(drawn, drawn, drawn.length / rows.length);
    const points = principalPlane(drawn.map(source.vector), random);
    await move(points, unite(neighbours), 0, epochsFor(drawn.length), drawn.length / rows.length);
    for (const [i, row] of drawn.entries()) places.set(row, [points[2 * i]!, points[2 * i + 1]!]);
  }

  /** Places each point at the weighted mean of its neighbours, then optimises it while the neighbours stay fixed. */
  async function placeAmong(fresh: readonly number[]) {
    const placed = [...places.keys()];
    const known = placed.length;
    const neighbours = await neighboursOf(fresh, placed, fresh.length / rows.length);
    const points = new Float32Array(2 * (known + fresh.length));
    for (const [i, row] of placed.entries()) points.set(places.get(row) as readonly [number, number], 2 * i);
    const edges: Edge[] = [];
    for (const [i, list] of neighbours.entries()) {
      const weights = strengths(list);
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const at = known + i;
      for (const [n, { to }] of list.entries()) {
        const weight = weights[n] as number;
        edges.push({ from: at, to, weight });
        points[2 * at]! += (points[2 * to]! * weight) / sum;
        points[2 * at + 1]! += (points[2 * to + 1]! * weight) / sum;
      }
    }
    await move(points, edges, known, Math.ceil(epochsFor(fresh.length) / 5), fresh.length / rows.length);
    for (const [i, row] of fresh.entries()) {
      const at = 2 * (known + i);
      places.set(row, [points[at]!, points[at + 1]!]);
    }
  }

  /** @returns for each row its neighbours among others, named by their place in `among` */
  async function neighboursOf(of: readonly number[], among: readonly number[], share: number) {
    const mask = new Uint8Array(source.size);
    const placeOf = new Map<number, number>();
    for (const [i, row] of among.entries()) {
      mask[row] = 1;
      placeOf.set(row, i);
    }
    const allowed = { mask, count: among.length };
    const begun = places.size / rows.length;
    const found: Neighbour[][] = [];
    for (const row of of) {
      const hits = source.scan(source.vector(row), { topK: NEIGHBOURS + 1, allowed });
      found.push(
        hits
          .filter((hit) => hit.row !== row)
          .slice(0, NEIGHBOURS)
          .map((hit) => ({ to: placeOf.get(hit.row) as number, distance: Math.max(0, 1 - hit.score) })),
      );
      if (found.length % BATCH === 0)
        await yieldAndReport(begun + share * FINDING * (found.length / of.length));
    }
    return found;
  }

  async function move(
    points: Float32Array,
    edges: readonly Edge[],
    fixed: number,
    epochs: number,
    share: number,
  ) {
    const next = createLayout({ points, edges, fixed, epochs, random });
    const begun = places.size / rows.length + share * FINDING;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      next();
      await yieldAndReport(begun + share * (1 - FINDING) * (epoch / epochs));
    }
  }

  async function yieldAndReport(done: number) {
    onProgress(done);
    await yieldToEventLoop();
    throwIfAborted(signal);
  }
}

/** As in the reference implementation for few points; many points need fewer epochs. */
function epochsFor(points: number): number {
  return points <= 2500 ? 500 : points <= 5000 ? 400 : points <= 7500 ? 300 : 200;
}
