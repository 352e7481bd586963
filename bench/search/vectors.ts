/** Collections of any size with the spectrum of real vectors. */
import { createTexts } from '../texts.ts';

export interface Collection {
  dimensions: number;
  count: number;
  /** count × dimensions. */
  vectors: Float32Array;
}

/** How many real vectors make up the noise of one made-up vector; the covariance does not depend on it. */
const MIXED = 4;

export const row = ({ vectors, dimensions }: Collection, i: number): Float32Array =>
  vectors.subarray(i * dimensions, (i + 1) * dimensions);

/** The first `dimensions` values of each vector, normalised to unit length. */
export function shortened(real: Collection, dimensions: number): Collection {
  const vectors = new Float32Array(real.count * dimensions);
  const result = { dimensions, count: real.count, vectors };
  for (let i = 0; i < real.count; i++) {
    const target = row(result, i);
    target.set(row(real, i).subarray(0, dimensions));
    toUnit(target);
  }
  return result;
}

/**
 * The real vectors, followed by as many generated ones as are needed: x = mean + (r + g) / √2, where r is a real vector minus the
 * mean and g a Gaussian mixture of others, scaled so that mean and covariance, and hence the spectrum, equal those of the real
 * vectors. As half of x is one real vector, there are neighbourhoods to find, as in real collections.
 */
export function enlarged(real: Collection, count: number, seed: number): Collection {
  const { dimensions } = real;
  const { random } = createTexts(seed);
  const gauss = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const mean = new Float32Array(dimensions);
  for (let i = 0; i < real.count; i++) {
    const vector = row(real, i);
    for (let j = 0; j < dimensions; j++) mean[j]! += vector[j]! / real.count;
  }
  const result = { dimensions, count, vectors: new Float32Array(count * dimensions) };
  const known = Math.min(count, real.count);
  result.vectors.set(real.vectors.subarray(0, known * dimensions));
  for (let i = known; i < count; i++) {
    const target = row(result, i);
    const one = row(real, i % real.count);
    for (let j = 0; j < dimensions; j++) target[j] = mean[j]! + (one[j]! - mean[j]!) * Math.SQRT1_2;
    for (let n = 0; n < MIXED; n++) {
      const other = row(real, Math.floor(random() * real.count));
      const weight = (gauss() * Math.SQRT1_2) / Math.sqrt(MIXED);
      for (let j = 0; j < dimensions; j++) target[j]! += weight * (other[j]! - mean[j]!);
    }
    toUnit(target);
  }
  return result;
}

function toUnit(vector: Float32Array): void {
  let sum = 0;
  for (const x of vector) sum += x * x;
  const scale = 1 / Math.sqrt(sum);
  for (let i = 0; i < vector.length; i++) vector[i]! *= scale;
}
