/**
 * The inner loops of search in SIMD. A row is 16 bytes with its scale (f32, the rest unused), then its numbers as 16-bit
 * integers, padded with zeros to a multiple of 8; a code is one bit a number, padded to a multiple of 16 bytes.
 */
import { assemble, define, type Local } from '../simd/assemble.ts';
import { f32x4, i32, increment, lessThan, loop, reduceLanes, v128, ZERO } from '../simd/instructions.ts';

export const HEAD_BYTES = 16;

/** Dot products of a query (f32) with the rows whose addresses lie from `list` to `listEnd`; `length`: bytes of a row's numbers. */
const score = define(
  ['list', 'listEnd', 'query', 'output', 'length'],
  ['at', 'end', 'other', 'row'],
  ['left', 'right'],
  (l) => {
    const { at, end, other, row, left, right } = l;
    const addProduct = (sum: Local, offset: number) =>
      sum.set(
        f32x4.add(
          sum.get,
          f32x4.mul(f32x4.convert(v128.load16x4(at.get, offset)), v128.load(other.get, 2 * offset)),
        ),
      );
    const step = [addProduct(left, 0), addProduct(right, 8), increment(at, 16), increment(other, 32)];
    const one = [
      row.set(i32.load(l.list.get)),
      at.set(i32.add(row.get, i32.const(HEAD_BYTES))),
      end.set(i32.add(at.get, l.length.get)),
      other.set(l.query.get),
      [left.set(ZERO), right.set(ZERO)],
      loop(step, lessThan(at.get, end.get)),
      left.set(f32x4.add(left.get, right.get)),
      reduceLanes(left, f32x4.add),
      v128.store32(l.output.get, f32x4.mul(left.get, v128.load32Splat(row.get, 0))),
      increment(l.list, 4),
      increment(l.output, 4),
    ];
    return loop(one, lessThan(l.list.get, l.listEnd.get));
  },
);

/** The code of each row from `row` to `rowEnd`: a bit for each number that is greater than its `mean` (f32). */
const encode = define(
  ['row', 'rowEnd', 'rowStride', 'code', 'codeStride', 'mean', 'length'],
  ['at', 'end', 'other', 'bits'],
  ['scale', 'left', 'right'],
  (l) => {
    const { at, end, other, bits, scale, left, right } = l;
    const above = (offset: number) =>
      f32x4.greater(
        f32x4.mul(f32x4.convert(v128.load16x4(at.get, offset)), scale.get),
        v128.load(other.get, 2 * offset),
      );
    const step = [
      left.set(above(0)),
      right.set(above(8)),
      i32.store8(bits.get, v128.bitmask16(v128.narrow32(left.get, right.get))),
      [increment(at, 16), increment(other, 32), increment(bits, 1)],
    ];
    const one = [
      scale.set(v128.load32Splat(l.row.get, 0)),
      at.set(i32.add(l.row.get, i32.const(HEAD_BYTES))),
      end.set(i32.add(at.get, l.length.get)),
      other.set(l.mean.get),
      bits.set(l.code.get),
      loop(step, lessThan(at.get, end.get)),
      increment(l.row, l.rowStride.get),
      increment(l.code, l.codeStride.get),
    ];
    return loop(one, lessThan(l.row.get, l.rowEnd.get));
  },
);

/** Bits in which each code from `code` to `codeEnd` differs from the query's, as 16-bit numbers. Up to 31 steps: 3,968 bits. */
const differ = define(['code', 'codeEnd', 'query', 'output', 'stride'], ['end', 'other'], ['sum'], (l) => {
  const { end, other, sum } = l;
  const step = [
    sum.set(v128.addBytes(sum.get, v128.popcount(v128.xor(v128.load(l.code.get), v128.load(other.get))))),
    increment(l.code, 16),
    increment(other, 16),
  ];
  const one = [
    end.set(i32.add(l.code.get, l.stride.get)),
    other.set(l.query.get),
    sum.set(ZERO),
    loop(step, lessThan(l.code.get, end.get)),
    sum.set(v128.pair16(v128.pairBytes(sum.get))),
    reduceLanes(sum, v128.add),
    v128.store16(l.output.get, sum.get),
    increment(l.output, 2),
  ];
  return loop(one, lessThan(l.code.get, l.codeEnd.get));
});

/** Addresses, strides and lengths in bytes. All ranges hold at least one element. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  score(list: number, listEnd: number, query: number, output: number, length: number): void;
  encode(
    row: number,
    rowEnd: number,
    rowStride: number,
    code: number,
    codeStride: number,
    mean: number,
    length: number,
  ): void;
  differ(code: number, codeEnd: number, query: number, output: number, stride: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** Each index has its own memory, so that closing it frees the memory. */
export function createKernel(): Kernel {
  compiled ??= new WebAssembly.Module(assemble({ score, encode, differ }));
  return new WebAssembly.Instance(compiled).exports as unknown as Kernel;
}
