/** Similarity of vectors without an index. */
import { invalid } from '../shared/errors.ts';

type Vector = ArrayLike<number>;

/**
 * Cosine similarity of two vectors, −1 … 1; 0 if one of them is all zeros. Meaningful only for vectors of the same `space`.
 *
 * @throws TteError invalid-input: their lengths differ, or they are no vectors
 * @example
 * const [cat, dog] = await Promise.all([tte.embed('a cat'), tte.embed('a dog')]);
 * cosineSimilarity(cat.vector, dog.vector);
 */
export function cosineSimilarity(a: Vector, b: Vector): number {
  if (typeof a?.length !== 'number' || typeof b?.length !== 'number') {
    throw invalid('cosineSimilarity: pass two vectors, like the `vector` of an embedding.');
  }
  if (a.length !== b.length) {
    throw invalid(`cosineSimilarity: vectors of length ${a.length} and ${b.length} cannot be compared.`);
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
 * The `k` vectors most similar to `query`, best first, ties in their order. An exact scan, suitable for some thousands of vectors; use
 * an index for more, and for filters.
 *
 * @returns positions in `vectors` with their cosine similarities
 * @throws TteError invalid-input: lengths differ, or `k` is not a positive integer
 */
export function topK(query: Vector, vectors: readonly Vector[], k = 10): { index: number; score: number }[] {
  if (!(Number.isInteger(k) && k > 0)) throw invalid('topK: k must be a positive integer.');
  if (!Array.isArray(vectors)) throw invalid('topK: pass an array of vectors.');
  return vectors
    .map((vector, index) => ({ index, score: cosineSimilarity(query, vector) }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, k);
}
