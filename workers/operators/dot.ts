/** Products of bytes and their sums, using relaxed SIMD as far as the engine supports it. */
import { assemble, type Code, define } from '../simd/assemble.ts';
import { f32x4, i16x8, i32, relaxed, v128 } from '../simd/instructions.ts';

const LOW_BYTES = v128.splat(i32.const(0x00ff00ff));
const EIGHT = i32.const(8);

/**
 * How bytes are multiplied and summed: without relaxed SIMD, with its products of pairs, or with its sums of four products,
 * where the processor adds them to a sum in one instruction (AVX-VNNI, ARM's dot products).
 */
export type SimdDot = 'plain' | 'relaxed' | 'fused';

export interface Dot {
  /** Signed bytes times bytes of 0 … 127, adjacent products added, in 16-bit lanes. */
  pairs(signed: Code, unsigned: Code): Code;
  /** The same with four adjacent products added, accumulated in 32-bit lanes. */
  addFours(signed: Code, unsigned: Code, sums: Code): Code;
  /** Whether `addFours` takes less time than `pairs` and an addition. */
  isFused: boolean;
}

const composedDot = (pairs: Dot['pairs']): Dot => ({
  pairs,
  addFours: (signed, unsigned, sums) => v128.add(sums, v128.pairSigned16(pairs(signed, unsigned))),
  isFused: false,
});

/** a · b + c in four floats, in one instruction where the engine has it. Its last bit depends on that. */
export type MultiplyAdd = (a: Code, b: Code, c: Code) => Code;
export const multiplyAddOf = (dot: SimdDot): MultiplyAdd =>
  dot === 'plain' ? (a, b, c) => f32x4.add(f32x4.mul(a, b), c) : relaxed.multiplyAdd;

/** All give bit-identical results; they only differ in speed. */
export const DOTS = {
  plain: composedDot((signed, unsigned) =>
    i16x8.add(
      i16x8.mul(i16x8.shr(i16x8.shl(signed, EIGHT), EIGHT), v128.and(unsigned, LOW_BYTES)),
      i16x8.mul(i16x8.shr(signed, EIGHT), i16x8.shrUnsigned(unsigned, EIGHT)),
    ),
  ),
  relaxed: composedDot(relaxed.dotPairs),
  fused: { pairs: relaxed.dotPairs, addFours: relaxed.addDotFours, isFused: true },
} as const satisfies Record<SimdDot, Dot>;

/** The result of four products of 127 and 255 where pairs of them saturate at 16 bits on the way. */
const SATURATED = 2 * 32_767;

const splat = (value: number) => v128.splat(i32.const(value));

/**
 * Whether four products are summed in one instruction. Bytes above 127 tell: an engine may treat them as it likes, and where it composes
 * the sum of older instructions, of pairs first, these saturate. It then takes up to twice as long as pairs that we sum ourselves.
 */
const sumsFours = define(
  [],
  [],
  ['sums'],
  ({ sums }) => [
    sums.set(relaxed.addDotFours(splat(0x7f7f7f7f), splat(-1), splat(0))),
    v128.store(i32.const(0), sums.get),
    i32.load(i32.const(0)),
  ],
  true,
);

export function simdDot(): SimdDot {
  const code = assemble({ sumsFours });
  // An engine refuses a module with an instruction that it does not have.
  if (!WebAssembly.validate(code)) return 'plain';
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code));
  return (exports as { sumsFours(): number }).sumsFours() === SATURATED ? 'relaxed' : 'fused';
}

export const hasRelaxedSimd = (): boolean => simdDot() !== 'plain';
