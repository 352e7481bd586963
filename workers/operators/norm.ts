/** The kernel of skip layer normalization: layer norm of the sum of two inputs. */
import { type Code, define, type Func, type Local } from '../simd/assemble.ts';
import { f32x4, i32, increment, lessThan, loop, reduceLanes, v128, ZERO } from '../simd/instructions.ts';

/** Parameters: ε, 1 / n, two unused; n gains; n offsets. */
const HEADER_BYTES = 16;

/** @param width n, a multiple of 4 */
export function packNorm(epsilon: number, gains: Float32Array, offsets: Float32Array): Float32Array {
  return Float32Array.from([epsilon, 1 / gains.length, 0, 0, ...gains, ...offsets]);
}

/** Rows `from` … `to` − 1 of `width` bytes. `sum`: where the sums go; may be `output`. */
const normalizeRows = define(
  ['input', 'second', 'parameters', 'sum', 'output', 'width', 'from', 'to'],
  ['at', 'skipped'],
  ['value', 'mean', 'spread'],
  (l) => {
    const { at, skipped, value, mean, spread } = l;
    const pointers = [l.input, l.second, l.sum, l.output];
    const here = (pointer: Local): Code => i32.add(pointer.get, at.get);
    const parameter = (offset: number): Code => v128.load32Splat(l.parameters.get, offset);
    const along = (body: Code): Code => [
      at.set(i32.const(0)),
      loop([body, increment(at, 16)], lessThan(at.get, l.width.get)),
    ];
    const gain = v128.load(here(l.parameters), HEADER_BYTES);
    const offset = v128.load(i32.add(here(l.parameters), l.width.get), HEADER_BYTES);
    const centred = value.set(f32x4.sub(v128.load(here(l.sum)), mean.get));
    const row = [
      mean.set(ZERO),
      along([
        value.set(f32x4.add(v128.load(here(l.input)), v128.load(here(l.second)))),
        v128.store(here(l.sum), value.get),
        mean.set(f32x4.add(mean.get, value.get)),
      ]),
      reduceLanes(mean, f32x4.add),
      mean.set(f32x4.mul(mean.get, parameter(4))),
      spread.set(ZERO),
      along([centred, spread.set(f32x4.add(spread.get, f32x4.mul(value.get, value.get)))]),
      reduceLanes(spread, f32x4.add),
      spread.set(f32x4.sqrt(f32x4.add(f32x4.mul(spread.get, parameter(4)), parameter(0)))),
      spread.set(f32x4.div(f32x4.splat(1), spread.get)),
      along([
        centred,
        v128.store(here(l.output), f32x4.add(f32x4.mul(f32x4.mul(value.get, spread.get), gain), offset)),
      ]),
      pointers.map((pointer) => increment(pointer, l.width.get)),
      increment(l.from, 1),
    ];
    return [
      skipped.set(i32.mul(l.from.get, l.width.get)),
      pointers.map((pointer) => increment(pointer, skipped.get)),
      loop(row, lessThan(l.from.get, l.to.get)),
    ];
  },
);

export const normKernel: Readonly<Record<string, Func>> = { normalizeRows };
