/** The activations of convolutions. */
import type { Code, Local } from '../simd/assemble.ts';
import { f32x4, switch_, ZERO } from '../simd/instructions.ts';
import type { MultiplyAdd } from './dot.ts';

export const ACTIVATIONS = ['none', 'relu', 'gelu'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** Φ(x) ≈ ½ + x · Σ TERMS[i] · x^(2i) for x in ± BEYOND, a minimax fit of x · Φ(x) with a maximum error of 4e-5. Beyond it Φ is taken as constant. */
const BEYOND = 4;
const TERMS = [
  0.398673358, -0.0658877774, 0.00950535828, -0.00100647893, 7.48533037e-5, -3.65698862e-6, 1.04189901e-7,
  -1.30118913e-9,
];

/** x · Φ(x), without a division. Overwrites two locals. */
function geluOf(x: Code, [clamped, square]: readonly [Local, Local], multiplyAdd: MultiplyAdd): Code {
  const [first = 0, ...rest] = [...TERMS].reverse();
  const sum = rest.reduce(
    (value: Code, term) => multiplyAdd(value, square.get, f32x4.splat(term)),
    f32x4.splat(first),
  );
  return [
    clamped.set(f32x4.max(f32x4.min(x, f32x4.splat(BEYOND)), f32x4.splat(-BEYOND))),
    square.set(f32x4.mul(clamped.get, clamped.get)),
    f32x4.mul(x, multiplyAdd(clamped.get, sum, f32x4.splat(0.5))),
  ];
}

/** Replaces all of `results` by the activation whose index `which` is. */
export const activate = (
  which: Code,
  results: readonly Local[],
  scratch: readonly [Local, Local],
  multiplyAdd: MultiplyAdd,
): Code =>
  switch_(which, [ACTIVATIONS.indexOf('relu'), ACTIVATIONS.indexOf('gelu')], (index) =>
    results.map((x) =>
      x.set(ACTIVATIONS[index] === 'relu' ? f32x4.max(x.get, ZERO) : geluOf(x.get, scratch, multiplyAdd)),
    ),
  );
