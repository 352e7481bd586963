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

/** What an engine makes of a few products. */
export interface DotProbe {
  /** Four products of 127 and 255, summed: bytes above 127 it may treat as it likes. */
  saturating: number;
  /** Four products of small bytes, added to `ADDEND`. */
  fours: number;
  /** Two sums of two products each. */
  pairs: number;
}

const ADDEND = 1000;
/** The bytes that are multiplied: 4, -13, 2, 1 and 8, 7, 6, 5, from the lowest. */
const [SIGNED, SMALL] = [0x0102f304, 0x05060708];
const PAIRS = [4 * 8 - 13 * 7, 2 * 6 + 1 * 5] as const;
/** The result of four products of 127 and 255 where pairs of them saturate at 16 bits on the way. */
const SATURATED = 2 * 32_767;

/**
 * Uses of relaxed SIMD only what gives the right results. The baseline compiler of V8 11.3 (Node 20) loses the addend of four products.
 * Where four products are not one instruction, but composed of older ones, of pairs first, these saturate at 16 bits: there pairs
 * that we sum ourselves take up to half as long.
 * @param probe null: the engine has no relaxed SIMD
 */
export function chooseDot(probe: DotProbe | null): SimdDot {
  const [low, high] = PAIRS;
  if (probe?.pairs !== ((high << 16) | (low & 0xffff))) return 'plain';
  return probe.fours === ADDEND + low + high && probe.saturating !== SATURATED ? 'fused' : 'relaxed';
}

const splat = (value: number) => v128.splat(i32.const(value));

/** The lowest lane of a vector. */
const lowest = (vector: Code) =>
  define(
    [],
    [],
    ['result'],
    ({ result }) => [result.set(vector), v128.store(i32.const(0), result.get), i32.load(i32.const(0))],
    true,
  );

function probeDot(): DotProbe | null {
  const code = assemble({
    saturating: lowest(relaxed.addDotFours(splat(0x7f7f7f7f), splat(-1), splat(0))),
    fours: lowest(relaxed.addDotFours(splat(SIGNED), splat(SMALL), splat(ADDEND))),
    pairs: lowest(relaxed.dotPairs(splat(SIGNED), splat(SMALL))),
  });
  // An engine refuses a module with an instruction that it does not have.
  if (!WebAssembly.validate(code)) return null;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code));
  const { saturating, fours, pairs } = exports as Record<keyof DotProbe, () => number>;
  return { saturating: saturating(), fours: fours(), pairs: pairs() };
}

export const simdDot = (): SimdDot => chooseDot(probeDot());

export const hasRelaxedSimd = (): boolean => simdDot() !== 'plain';
