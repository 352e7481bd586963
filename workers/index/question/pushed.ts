/** Moves a query's vector away from what the query excludes. */
import { dot, normalize, type Vector } from '../../embedder/vector.ts';

/**
 * How far, measured by the query's own length. Chosen on questions drawn apart from those that are reported (docs/evaluation.md):
 * what the excluded has in common with the query is left alone, so that "curry, not spicy" stays with curry.
 */
const WEIGHT = 0.7;

export function pushed(own: Vector, unwanted: readonly Vector[], weight = WEIGHT): Vector {
  if (unwanted.length === 0) return own;
  const sum = Float32Array.from(own);
  for (const vector of unwanted) {
    const shared = dot(vector, own);
    for (let i = 0; i < sum.length; i++) {
      sum[i] =
        (sum[i] as number) -
        (weight / unwanted.length) * ((vector[i] as number) - shared * (own[i] as number));
    }
  }
  return normalize(sum);
}
