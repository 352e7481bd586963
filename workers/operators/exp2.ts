import type { Code, Local } from '../simd/assemble.ts';
import { f32x4, i32, v128 } from '../simd/instructions.ts';

/** 2^f ≈ Σ TERMS[i] · f^i, for f in ±½: Taylor's, relative error 2.4e-6. */
const TERMS = [1, Math.LN2, Math.LN2 ** 2 / 2, Math.LN2 ** 3 / 6, Math.LN2 ** 4 / 24, Math.LN2 ** 5 / 120];
/** Beyond this, 2^x is not a normal float. */
const LARGEST_EXPONENT = 126;
const MANTISSA_BITS = 23;

/** 2^x in each lane, with x clamped to ±126. Overwrites two locals. */
export function exp2(x: Code, fraction: Local, exponent: Local): Code {
  const [first = 0, ...rest] = [...TERMS].reverse();
  return [
    exponent.set(f32x4.max(f32x4.min(x, f32x4.splat(LARGEST_EXPONENT)), f32x4.splat(-LARGEST_EXPONENT))),
    fraction.set(f32x4.sub(exponent.get, f32x4.nearest(exponent.get))),
    exponent.set(v128.shl(f32x4.truncate(f32x4.nearest(exponent.get)), i32.const(MANTISSA_BITS))),
    // The integer part is added to the exponent bits.
    v128.add(
      exponent.get,
      rest.reduce(
        (value: Code, term) => f32x4.add(f32x4.mul(value, fraction.get), f32x4.splat(term)),
        f32x4.splat(first),
      ),
    ),
  ];
}
