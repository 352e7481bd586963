import { expect, test } from 'vitest';
import { createTexts } from '../../bench/texts.ts';
import { dot, normalize } from '../embedder/vector.ts';
import { createMatrix, EXACT_ROWS } from './matrix.ts';
import { packRows, unpackRow } from './rows.ts';
import { createTopK } from './top-k.ts';

const random = createTexts(7).random;
const gauss = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
const unit = (dimensions: number) => normalize(Float32Array.from({ length: dimensions }, gauss));
const everything = (count: number) => ({ mask: new Uint8Array(count).fill(1), count });

function plain(vectors: readonly Float32Array[], query: Float32Array, k: number, mask: Uint8Array) {
  return vectors
    .map((vector, row) => ({ row, score: dot(vector, query) }))
    .filter(({ row }) => mask[row] === 1)
    .sort((a, b) => b.score - a.score)
    .slice(0, k);
}

test.each([1, 8, 20, 384])('a row of %i numbers comes back within its resolution', (dimensions) => {
  const vectors = [unit(dimensions), new Float32Array(dimensions), unit(dimensions)];
  const packed = packRows(vectors, dimensions);
  for (const [i, vector] of vectors.entries()) {
    const back = unpackRow(packed, (i * packed.byteLength) / 3, dimensions);
    const largest = Math.max(...vector.map(Math.abs));
    for (const [j, x] of vector.entries())
      expect(Math.abs(x - back[j]!)).toBeLessThanOrEqual(largest / 65_000);
  }
});

test.each([3, 8, 100, 384])('%i dimensions: all rows scored, as plain arithmetic does', (dimensions) => {
  const vectors = Array.from({ length: 2500 }, () => unit(dimensions));
  const matrix = createMatrix(dimensions);
  for (let i = 0; i < 2500; i += 700) matrix.append(packRows(vectors.slice(i, i + 700), dimensions));
  expect(matrix.size).toBe(2500);
  const mask = Uint8Array.from(vectors, (_, row) => (row % 3 === 0 ? 1 : 0));
  for (const allowed of [everything(2500), { mask, count: 834 }]) {
    const query = unit(dimensions);
    const found = matrix.scan(query, { topK: 10, allowed });
    const expected = plain(vectors, query, 10, allowed.mask);
    for (const [i, { score }] of expected.entries()) expect(found[i]!.score).toBeCloseTo(score, 4);
    if (dimensions > 8) expect(found.map(({ row }) => row)).toEqual(expected.map(({ row }) => row));
  }
  expect(dot(matrix.vector(1234), vectors[1234]!)).toBeCloseTo(1, 4);
});

test('a large one is scanned bit by bit, and what matters is found: filtered, grown, off centre', () => {
  const dimensions = 64;
  const centre = unit(dimensions);
  const themes = Array.from({ length: 301 }, () => unit(dimensions));
  const near = (theme: Float32Array) => normalize(theme.map((x, i) => x + centre[i]! + 0.06 * gauss()));
  const count = 2 * EXACT_ROWS;
  const vectors = Array.from({ length: count }, (_, i) => near(themes[i % 301]!));
  const matrix = createMatrix(dimensions);
  for (let i = 0; i < count; i += 3000) matrix.append(packRows(vectors.slice(i, i + 3000), dimensions));
  const mask = Uint8Array.from(vectors, (_, row) => (row % 4 === 0 ? 0 : 1));
  const allowed = { mask, count: mask.reduce((sum, one) => sum + one, 0) };
  let hits = 0;
  for (let n = 0; n < 20; n++) {
    const query = near(themes[n]!);
    const expected = new Set(plain(vectors, query, 10, mask).map(({ row }) => row));
    const found = matrix.scan(query, { topK: 10, allowed });
    expect(found.every(({ row }) => mask[row] === 1)).toBe(true);
    hits += found.filter(({ row }) => expected.has(row)).length;
  }
  expect(hits / 200).toBeGreaterThanOrEqual(0.99);
});

test('the best of many, ties in the order of rows', () => {
  const best = createTopK(3);
  for (const [row, score] of [5, 1, 9, 5, 7, 9].entries()) best.offer(row, score);
  expect(best.sorted()).toEqual([
    { row: 2, score: 9 },
    { row: 5, score: 9 },
    { row: 4, score: 7 },
  ]);
  expect(best.floor()).toBe(7);
});
