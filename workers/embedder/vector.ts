/** Arithmetic on vectors. All functions return new arrays. */

export type Vector = Float32Array<ArrayBuffer>;

/** Scales to unit length; a zero vector stays zero. */
export function normalize(vector: Float32Array): Vector {
  let sum = 0;
  for (const x of vector) sum += x * x;
  const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  return Float32Array.from(vector, (x) => x * scale);
}

/** Weighted mean direction of two unit vectors: `normalize((1 − weight) · a + weight · b)`. */
export function mix(a: Vector, b: Vector, weight: number): Vector {
  return normalize(a.map((x, i) => (1 - weight) * x + weight * (b[i] as number)));
}

/** Mean direction of unit vectors (frames of a video, pages of a document). */
export function meanDirection(vectors: readonly Vector[]): Vector {
  const [first, ...rest] = vectors as [Vector, ...Vector[]];
  if (rest.length === 0) return first;
  const sum = new Float32Array(first.length);
  for (const vector of vectors)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (vector[i] as number);
  return normalize(sum);
}

/** Matryoshka truncation: the first `dimensions` entries, normalised again. */
export function shorten(vector: Vector, dimensions: number): Vector {
  return dimensions === vector.length ? vector : normalize(vector.subarray(0, dimensions));
}

/** Dot product of two vectors of equal length; for unit vectors this is their cosine. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Cosine similarity of two vectors of equal length. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b) || 1);
}
