/** Initial layout: the plane of the two first principal components, which preserves the global structure. */

const ITERATIONS = 24;
/** Number of sampled vectors for the components. */
const SAMPLE = 2000;
/** Half the side of the initial square. */
const HALF_SIDE = 10;
/** Noise that separates duplicates, which no force could separate later. */
const NOISE = 0.001;

/** @returns x, y of each vector, by the two first principal components */
export function principalPlane(vectors: readonly Float32Array[], random: () => number): Float32Array {
  const dimensions = vectors[0]?.length ?? 0;
  const every = Math.ceil(vectors.length / SAMPLE);
  const sample = vectors.filter((_, i) => i % every === 0);
  const mean = new Float64Array(dimensions);
  for (const vector of sample) for (let d = 0; d < dimensions; d++) mean[d]! += vector[d]! / sample.length;

  const along = (vector: Float32Array, axis: Float64Array) => {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) sum += (vector[d]! - mean[d]!) * axis[d]!;
    return sum;
  };
  const axes: Float64Array[] = [];
  for (let a = 0; a < 2; a++) {
    let axis = unit(Float64Array.from({ length: dimensions }, () => random() - 0.5));
    for (let i = 0; i < ITERATIONS; i++) {
      const next = new Float64Array(dimensions);
      for (const vector of sample) {
        const share = along(vector, axis);
        for (let d = 0; d < dimensions; d++) next[d]! += share * (vector[d]! - mean[d]!);
      }
      for (const earlier of axes) {
        const share = next.reduce((sum, x, d) => sum + x * earlier[d]!, 0);
        for (let d = 0; d < dimensions; d++) next[d]! -= share * earlier[d]!;
      }
      axis = unit(next);
    }
    axes.push(axis);
  }

  const points = Float32Array.from({ length: 2 * vectors.length }, (_, i) =>
    along(vectors[i >> 1] as Float32Array, axes[i & 1] as Float64Array),
  );
  const widest = points.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
  return points.map((x) => (x / widest) * HALF_SIDE + (random() - 0.5) * NOISE);
}

function unit(axis: Float64Array): Float64Array {
  const length = Math.hypot(...axis) || 1;
  return axis.map((x) => x / length);
}
