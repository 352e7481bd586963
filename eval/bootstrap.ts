/** Confidence intervals of means over questions, and the comparison of two systems question by question. */
import { mean } from '../workers/statistics.ts';
import { createRandom } from './random.ts';

const DRAWS = 2000;
/** Smaller differences are rounding. */
const EQUAL = 1e-9;

/** The 95 % interval of the mean, by the percentiles of means of questions drawn with replacement. */
export function interval(values: readonly number[], seed: number): [low: number, high: number];
/** The interval of another statistic, of any resampled values. */
export function interval<T>(
  values: readonly T[],
  seed: number,
  statistic: (drawn: T[]) => number,
): [low: number, high: number];
export function interval<T>(
  values: readonly T[],
  seed: number,
  statistic: (drawn: T[]) => number = (drawn) => mean(drawn as number[]),
): [low: number, high: number] {
  const random = createRandom(seed, 'bootstrap');
  const drawn = Array.from({ length: DRAWS }, () => statistic(values.map(() => random.pick(values))));
  drawn.sort((a, b) => a - b);
  const at = (share: number) => drawn[Math.floor(share * (DRAWS - 1))] as number;
  return [at(0.025), at(0.975)];
}

/** Questions with a higher and with a lower value than before; the others are equal. */
export function compare(
  before: readonly number[],
  after: readonly number[],
): { better: number; worse: number } {
  const differences = after.map((value, i) => value - (before[i] as number));
  return {
    better: differences.filter((difference) => difference > EQUAL).length,
    worse: differences.filter((difference) => difference < -EQUAL).length,
  };
}
