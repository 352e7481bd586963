/** Vectors without an index: how alike two are, and which of many are most alike. */
import { invalid } from '../shared/errors.ts';

type Vector = ArrayLike<number>;

/**
 * Cosine of two vectors, −1 … 1; 0 where one of them is all zeros. Meaningful only for vectors of one `space`.
 *
 * @throws TteError invalid-input: their lengths differ
 * @example
 * const [cat, dog] = await tte.embedMany(['a cat', 'a dog']);
 * cosineSimilarity(cat.vector, dog.vector);
 */
export function cosineSimilarity(a: Vector, b: Vector): number {
  if (a.length !== b.length) {
    throw invalid(`cosineSimilarity: vectors of ${a.length} and ${b.length} numbers cannot be compared.`);
  }
  let [dot, normA, normB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    dot += x * y;
    normA += x * x;
    normB += y * y;
  }
  return normA > 0 && normB > 0 ? dot / Math.sqrt(normA * normB) : 0;
}

/**
 * The `k` vectors most alike to `query`, best first, equal ones in their order. An exact scan: fine for some thousands;
 * an index keeps and filters more.
 *
 * @returns positions in `vectors` with their cosines
 * @throws TteError invalid-input: lengths differ, or `k` is no whole number from 1
 */
export function topK(query: Vector, vectors: readonly Vector[], k = 10): { index: number; score: number }[] {
  if (!(Number.isInteger(k) && k > 0)) throw invalid('topK: k must be a whole number from 1.');
  return vectors
    .map((vector, index) => ({ index, score: cosineSimilarity(query, vector) }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, k);
}
