import { expect, test } from 'vitest';
import { cosineSimilarity, topK } from './vectors.ts';

test('cosine similarity of vectors, normalised or not', () => {
  expect(cosineSimilarity([1, 2, 3], [2, 4, 6])).toBeCloseTo(1);
  expect(cosineSimilarity(new Float32Array([1, 0]), [0, 5])).toBe(0);
  expect(cosineSimilarity([1, 0], [-3, 0])).toBeCloseTo(-1);
  expect(cosineSimilarity([0, 0], [1, 0])).toBe(0);
  expect(() => cosineSimilarity([1], [1, 2])).toThrow(/length 1 and 2/);
});

test('the most similar vectors come first, ties in their order', () => {
  const vectors = [
    [0, 1],
    [1, 0],
    [1, 1],
    [2, 0],
  ];
  expect(topK([1, 0], vectors, 3).map(({ index }) => index)).toEqual([1, 3, 2]);
  expect(topK([1, 0], vectors)).toHaveLength(4);
  expect(topK([1, 0], [])).toEqual([]);
  expect(() => topK([1, 0], vectors, 0)).toThrow(/positive integer/);
  expect(() => topK([1, 0], undefined as never)).toThrow(/pass an array of vectors/);
});

test.each([
  [undefined, [1]],
  [{ vector: [1] }, { vector: [1] }],
  [[1], null],
])('%o and %o are no vectors', (a, b) => {
  expect(() => cosineSimilarity(a as never, b as never)).toThrow(/pass two vectors/);
});
