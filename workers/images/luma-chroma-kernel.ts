/**
 * Rows of luma and chroma in SIMD, with the integer arithmetic of libjpeg. Rows need no alignment; up to 16 bytes behind each row
 * are read, and written, without meaning anything.
 */
import { assemble, type Code, define, type Local } from '../simd/assemble.ts';
import { i16x8, i32, increment, lessThan, loop, v128 } from '../simd/instructions.ts';

/** Bytes of `sums` before its first sum. */
const BEFORE_SUMS = 16;

/** The 16-bit number in all lanes. */
const splat16 = (n: Code): Code => v128.splat(i32.mul(i32.and(n, i32.const(0xffff)), i32.const(0x10001)));
const constant16 = (n: number): Code => splat16(i32.const(n));
const three = (of: Code): Code => i16x8.mul(of, constant16(3));

/** Copies the 16-bit number at `from` to it and to the one next to it; `to` is the first of both. */
const repeat = (from: Code, to: Code): Code =>
  i32.store(to, i32.mul(i32.and(i32.load(from), i32.const(0xffff)), i32.const(0x10001)));

/**
 * Doubles a row of `length` samples. Each gives two, of which three quarters are the sample itself and one quarter is its neighbour to
 * the left or right; likewise, a sample is three quarters of the nearest row's and one quarter of the far row's. All is computed in
 * sixteenths; `even` and `odd` are added before dividing, for even and odd columns.
 */
const widen = define(
  ['near', 'far', 'length', 'sums', 'output', 'even', 'odd'],
  ['at', 'end', 'target'],
  ['own', 'before', 'behind'],
  (l) => {
    const { at, end, target, own, before, behind } = l;
    const sixteenth = (neighbour: Local, bias: Local): Code =>
      i16x8.shrUnsigned(i16x8.add(i16x8.add(own.get, neighbour.get), splat16(bias.get)), i32.const(4));
    const sum = [
      v128.store(target.get, i16x8.add(three(v128.load8x8(l.near.get)), v128.load8x8(l.far.get))),
      increment(l.near, 8),
      increment(l.far, 8),
      increment(target, 16),
    ];
    const pair = [
      own.set(three(v128.load(at.get))),
      before.set(v128.load(i32.sub(at.get, i32.const(2)))),
      behind.set(v128.load(at.get, 2)),
      v128.store(
        l.output.get,
        v128.xor(sixteenth(before, l.even), i16x8.shl(sixteenth(behind, l.odd), i32.const(8))),
      ),
      increment(at, 16),
      increment(l.output, 16),
    ];
    return [
      at.set(i32.add(l.sums.get, i32.const(BEFORE_SUMS))),
      end.set(i32.add(at.get, i32.mul(l.length.get, i32.const(2)))),
      target.set(at.get),
      loop(sum, lessThan(target.get, end.get)),
      repeat(at.get, i32.sub(at.get, i32.const(2))),
      repeat(i32.sub(end.get, i32.const(2)), i32.sub(end.get, i32.const(2))),
      loop(pair, lessThan(at.get, end.get)),
    ];
  },
);

/** Weights of blue and red chroma, with 16 fraction bits, less what is added as whole numbers: 1.402, −0.34414, −0.71414 and 1.772. */
const WEIGHTS = {
  red: [0, 91_881 - 65_536],
  green: [-22_554, 65_536 - 46_802],
  blue: [116_130 - 2 * 65_536, 0],
} as const;
const HALF = v128.splat(i32.const(1 << 15));
const LOWER = [0, 8, 1, 9, 2, 10, 3, 11];
const UPPER = [4, 12, 5, 13, 6, 14, 7, 15];
/** As `LOWER` and `UPPER`, of bytes. */
const LOWER_BYTES = [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23];
const UPPER_BYTES = LOWER_BYTES.map((lane) => lane + 8);

/** Rows of luma and of chroma (blue and red) give `length` pixels as RGBA. */
const convert = define(
  ['luma', 'blue', 'red', 'length', 'output'],
  ['end'],
  ['y', 'cb', 'cr', 'left', 'right', 'r', 'g', 'b', 'lowR', 'lowG', 'lowB', 'rg', 'ba'],
  (l) => {
    const { end, y, cb, cr, left, right, r, g, b, lowR, lowG, lowB, rg, ba } = l;
    const weighted = (pairs: Local, [blue, red]: readonly [number, number]): Code =>
      v128.shr(
        v128.add(v128.dot(pairs.get, v128.splat(i32.const((blue & 0xffff) | (red << 16)))), HALF),
        i32.const(16),
      );
    const share = (weights: readonly [number, number]): Code =>
      v128.narrow32(weighted(left, weights), weighted(right, weights));
    const centred = (bytes: Code): Code => i16x8.sub(bytes, constant16(128));
    const eight = (widened: (bytes: Code) => Code, red: Local, green: Local, blue: Local): Code => [
      y.set(widened(v128.load(l.luma.get))),
      cb.set(centred(widened(v128.load(l.blue.get)))),
      cr.set(centred(widened(v128.load(l.red.get)))),
      left.set(v128.shuffle16(cb.get, cr.get, LOWER)),
      right.set(v128.shuffle16(cb.get, cr.get, UPPER)),
      red.set(i16x8.add(i16x8.add(y.get, cr.get), share(WEIGHTS.red))),
      green.set(i16x8.add(i16x8.sub(y.get, cr.get), share(WEIGHTS.green))),
      blue.set(i16x8.add(i16x8.add(y.get, i16x8.shl(cb.get, i32.const(1))), share(WEIGHTS.blue))),
    ];
    const store = (bytes: readonly number[], offset: number): Code => [
      rg.set(v128.shuffle8(r.get, g.get, bytes)),
      ba.set(v128.shuffle8(b.get, v128.splat(i32.const(-1)), bytes)),
      v128.store(l.output.get, v128.shuffle16(rg.get, ba.get, LOWER), offset),
      v128.store(l.output.get, v128.shuffle16(rg.get, ba.get, UPPER), offset + 16),
    ];
    const sixteen = [
      eight(v128.widenLow8, lowR, lowG, lowB),
      eight(v128.widenHigh8, r, g, b),
      r.set(v128.narrow16(lowR.get, r.get)),
      g.set(v128.narrow16(lowG.get, g.get)),
      b.set(v128.narrow16(lowB.get, b.get)),
      store(LOWER_BYTES, 0),
      store(UPPER_BYTES, 32),
      [increment(l.luma, 16), increment(l.blue, 16), increment(l.red, 16), increment(l.output, 64)],
    ];
    return [end.set(i32.add(l.luma.get, l.length.get)), loop(sixteen, lessThan(l.luma.get, end.get))];
  },
);

/** Addresses and lengths in bytes. */
export interface LumaChromaKernel {
  readonly memory: WebAssembly.Memory;
  /** @param sums working memory: two bytes for each sample, and 48 */
  widen(
    near: number,
    far: number,
    length: number,
    sums: number,
    output: number,
    even: number,
    odd: number,
  ): void;
  convert(luma: number, blue: number, red: number, length: number, output: number): void;
}

let kernel: LumaChromaKernel | undefined;

export function loadLumaChromaKernel(): LumaChromaKernel {
  kernel ??= new WebAssembly.Instance(new WebAssembly.Module(assemble({ widen, convert })))
    .exports as unknown as LumaChromaKernel;
  return kernel;
}
