import { UMAP } from 'umap-js';
import { expect, test } from 'vitest';
import { normalize } from '../../embedder/vector.ts';
import { seeded } from '../random.ts';
import { LAYOUT_SAMPLE, type ProjectionOptions, type ProjectionSource, project2d } from './project.ts';

/** Points around the centres of clusters, in turn. */
function clustered(count: number, dimensions: number, clusters: number, width: number): Float32Array[] {
  const random = seeded(3);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: clusters }, () => Array.from({ length: dimensions }, normal));
  return Array.from({ length: count }, (_, i) =>
    normalize(Float32Array.from(centres[i % clusters] as number[], (x) => x + width * normal())),
  );
}

function sourceOf(vectors: readonly Float32Array[]): ProjectionSource {
  return {
    size: vectors.length,
    vector: (row) => vectors[row] as Float32Array,
    scan(query, { topK, allowed }) {
      const best: { row: number; score: number }[] = [];
      for (const [row, vector] of vectors.entries()) {
        if (allowed.mask[row] !== 1) continue;
        let score = 0;
        for (let d = 0; d < query.length; d++) score += query[d]! * vector[d]!;
        if (best.length === topK && score <= (best.at(-1)?.score ?? 0)) continue;
        const at = best.findIndex((other) => other.score < score);
        best.splice(at < 0 ? best.length : at, 0, { row, score });
        best.length = Math.min(best.length, topK);
      }
      return best;
    },
  };
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, row) => row);

function draw(
  vectors: readonly Float32Array[],
  options: Partial<ProjectionOptions> = {},
  rows = rowsOf(vectors.length),
) {
  const signal = new AbortController().signal;
  return project2d(sourceOf(vectors), rows, {
    seed: 1,
    earlier: new Map(),
    sample: LAYOUT_SAMPLE,
    signal,
    onProgress: () => {},
    ...options,
  });
}

function nearestOnMap(map: ArrayLike<number>, i: number, k: number): number[] {
  const apart = rowsOf(map.length / 2).map((j) =>
    Math.hypot(map[2 * i]! - map[2 * j]!, map[2 * i + 1]! - map[2 * j + 1]!),
  );
  const others = rowsOf(apart.length).filter((j) => j !== i);
  return others.sort((a, b) => apart[a]! - apart[b]!).slice(0, k);
}

test('neighbours stay neighbours, as well as in the maps of umap-js', async () => {
  const vectors = clustered(240, 32, 6, 0.7);
  const source = sourceOf(vectors);
  const allowed = { mask: new Uint8Array(240).fill(1), count: 240 };
  const found = vectors.map((vector) => source.scan(vector, { topK: 15, allowed }));
  const kept = (map: ArrayLike<number>) =>
    found.reduce((total, hits, i) => {
      const near = new Set(nearestOnMap(map, i, 14));
      return total + hits.filter(({ row }) => near.has(row)).length / 14 / 240;
    }, 0);

  const ours = await draw(vectors);
  const peer = new UMAP({ random: seeded(1), nNeighbors: 15 });
  peer.setPrecomputedKNN(
    found.map((hits) => hits.map(({ row }) => row)),
    found.map((hits) => hits.map(({ score }) => Math.max(0, 1 - score))),
  );
  const theirs = kept(peer.fit(vectors.map((vector) => [...vector])).flat());
  expect(theirs).toBeGreaterThan(0.3);
  expect(kept(ours)).toBeGreaterThan(theirs - 0.02);
});

test('a seed gives the same map again, another seed another', async () => {
  const vectors = clustered(200, 16, 4, 0.3);
  const map = await draw(vectors);
  expect(await draw(vectors)).toEqual(map);
  expect(await draw(vectors, { seed: 2 })).not.toEqual(map);
});

test('new items are placed with their like, and no old one moves', async () => {
  const vectors = clustered(330, 16, 6, 0.2);
  const old = rowsOf(300);
  const map = await draw(vectors, {}, old);
  const earlier = new Map(old.map((row) => [row, [map[2 * row]!, map[2 * row + 1]!] as const]));
  const grown = await draw(vectors, { earlier });
  expect(grown.slice(0, 600)).toEqual(map);
  const atHome = rowsOf(330)
    .slice(300)
    .filter((row) => nearestOnMap(grown, row, 5).every((other) => other % 6 === row % 6));
  expect(atHome.length).toBeGreaterThanOrEqual(28);
});

test('what was deleted is gone, and where little is left the map is drawn anew', async () => {
  const vectors = clustered(100, 16, 4, 0.2);
  const earlier = new Map(rowsOf(40).map((row) => [row, [row, -row] as const]));
  const rows = rowsOf(100).slice(20);
  const grown = await draw(vectors, { earlier }, rows);
  expect([...grown.slice(0, 4)]).toEqual([20, -20, 21, -21]);
  const few = await draw(vectors, { earlier }, rowsOf(100).slice(35));
  expect([...few.slice(0, 2)]).not.toEqual([35, -35]);
});

test.each([0, 1, 2, 3, 15])('%i items, all the same, and different ones', async (count) => {
  const same = await draw(Array.from({ length: count }, () => normalize(new Float32Array(8).fill(1))));
  const different = await draw(clustered(count, 8, 3, 0.5));
  for (const map of [same, different]) {
    expect(map).toHaveLength(2 * count);
    expect(map.every(Number.isFinite)).toBe(true);
  }
});

test('progress rises to 1, and a map can be given up', async () => {
  const vectors = clustered(200, 16, 4, 0.3);
  const seen: number[] = [];
  await draw(vectors, { onProgress: (done) => seen.push(done) });
  expect(seen.at(-1)).toBe(1);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));

  const controller = new AbortController();
  const onProgress = (done: number) => done > 0.5 && controller.abort();
  await expect(draw(vectors, { signal: controller.signal, onProgress })).rejects.toMatchObject({
    code: 'aborted',
  });
});

test('of many items a sample is drawn, the others are placed among it', async () => {
  const map = await draw(clustered(600, 16, 5, 0.2), { sample: 200 });
  expect(map).toHaveLength(1200);
  const atHome = rowsOf(600)
    .filter((row) => row % 10 === 7)
    .filter((row) => nearestOnMap(map, row, 5).every((other) => other % 5 === row % 5));
  expect(atHome.length).toBeGreaterThan(56);
});
