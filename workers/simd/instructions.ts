import { type Code, type Local, unsigned } from './assemble.ts';

const signed = (n: number): number[] =>
  n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)];

export const i32 = {
  const: (n: number): Code => [0x41, signed(n)],
  add: (a: Code, b: Code): Code => [a, b, 0x6a],
  sub: (a: Code, b: Code): Code => [a, b, 0x6b],
  mul: (a: Code, b: Code): Code => [a, b, 0x6c],
  /** Unsigned. */
  div: (a: Code, b: Code): Code => [a, b, 0x6e],
  /** Unsigned. */
  remainder: (a: Code, b: Code): Code => [a, b, 0x70],
  and: (a: Code, b: Code): Code => [a, b, 0x71],
  /** Unsigned. */
  shr: (a: Code, b: Code): Code => [a, b, 0x76],
  equal: (a: Code, b: Code): Code => [a, b, 0x46],
  load: (address: Code, offset = 0): Code => [address, 0x28, 2, unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [address, value, 0x36, 2, unsigned(offset)],
  store8: (address: Code, value: Code): Code => [address, value, 0x3a, 0, 0],
};

/** Runs `body` at least once, and again while `condition` is not 0. */
export const repeat = (body: Code, condition: Code): Code => [0x03, 0x40, body, condition, 0x0d, 0, 0x0b];

export const when = (condition: Code, body: Code): Code => [condition, 0x04, 0x40, body, 0x0b];

/** Leaves the function with an i32. */
export const leave = (value: Code): Code => [value, 0x0f];

/** Of unsigned numbers. */
export const lessThan = (a: Code, b: Code): Code => [a, b, 0x49];

/** `a` where `condition` is not 0, else `b`; both are computed. */
export const choose = (condition: Code, a: Code, b: Code): Code => [a, b, condition, 0x1b];

export const min = (a: Code, b: Code): Code => choose(lessThan(a, b), a, b);

/** `body` of the one of `numbers` that `value` is. */
export const match = <N extends number>(value: Code, numbers: readonly N[], body: (n: N) => Code): Code =>
  numbers.map((n) => when(i32.equal(value, i32.const(n)), body(n)));

/** Unsigned, rounded up. */
export const divideUp = (a: Code, b: number): Code => i32.div(i32.add(a, i32.const(b - 1)), i32.const(b));

/** The bytes of so many 32-bit words. */
export const inBytes = (words: Code): Code => i32.mul(words, i32.const(4));

export const increase = (local: Local, by: Code | number): Code =>
  local.set(i32.add(local.get, typeof by === 'number' ? i32.const(by) : by));

export const call = (callee: string, ...args: Code[]): Code => [args, { call: callee }];

/** Calls the function in slot `slot` of the table, which returns an i32 or, with `result` false, nothing. */
export const callSlot = (slot: number, args: readonly Code[], result = true): Code => [
  args,
  i32.const(slot),
  { indirect: { params: args.length, result } },
];

const simd = (op: number): Code => [0xfd, unsigned(op)];
const unary =
  (op: number) =>
  (a: Code): Code => [a, simd(op)];
const binary =
  (op: number) =>
  (a: Code, b: Code): Code => [a, b, simd(op)];

export const v128 = {
  /** One i32 in all four lanes. */
  splat: (n: Code): Code => [n, simd(0x11)],
  load: (address: Code, offset = 0): Code => [address, simd(0x00), 0, unsigned(offset)],
  store: (address: Code, v: Code, offset = 0): Code => [address, v, simd(0x0b), 0, unsigned(offset)],
  load32Splat: (address: Code, offset: number): Code => [address, simd(0x09), 2, unsigned(offset)],
  /** Eight bytes as eight 16-bit lanes. */
  load8x8: (address: Code): Code => [address, simd(0x02), 0, 0],
  /** Eight signed bytes as eight 16-bit lanes. */
  loadSigned8x8: (address: Code, offset: number): Code => [address, simd(0x01), 0, unsigned(offset)],
  /** Four signed 16-bit numbers as four 32-bit lanes. */
  load16x4: (address: Code, offset = 0): Code => [address, simd(0x03), 0, unsigned(offset)],
  /** Two 32-bit lanes, the others 0. */
  load64: (address: Code): Code => [address, simd(0x5d), 0, 0],
  store16: (address: Code, v: Code): Code => [address, v, simd(0x59), 0, 0, 0],
  store32: (address: Code, v: Code, offset = 0): Code => [address, v, simd(0x5a), 0, unsigned(offset), 0],
  store64: (address: Code, v: Code): Code => [address, v, simd(0x5b), 0, 0, 0],
  /** Picks 16-bit lanes: 0 … 7 of `a`, 8 … 15 of `b`. */
  shuffle16: (a: Code, b: Code, lanes: readonly number[]): Code => [
    a,
    b,
    simd(0x0d),
    lanes.flatMap((lane) => [2 * lane, 2 * lane + 1]),
  ],
  /** Picks 32-bit lanes: 0 … 3 of `a`, 4 … 7 of `b`. */
  shuffle32: (a: Code, b: Code, lanes: readonly number[]): Code =>
    v128.shuffle16(
      a,
      b,
      lanes.flatMap((lane) => [2 * lane, 2 * lane + 1]),
    ),
  /** Products of 16-bit lanes, added in pairs to four 32-bit lanes. */
  dot: binary(0xba),
  add: binary(0xae),
  shl: binary(0xab),
  shr: binary(0xac),
  xor: binary(0x51),
  and: binary(0x4e),
  /** The top bit of each 16-bit lane, as one number. */
  bitmask16: unary(0x84),
  /** Bits set in each byte. */
  popcount: unary(0x62),
  addBytes: binary(0x6e),
  /** Neighbouring unsigned bytes added to 16-bit lanes, 16-bit lanes to 32-bit ones. */
  pairBytes: unary(0x7d),
  pair16: unary(0x7f),
  /** The same, signed. */
  pairSignedBytes: unary(0x7c),
  pairSigned16: unary(0x7e),
  /** 32-bit to 16-bit lanes, saturating. */
  narrow32: binary(0x85),
  /** 16-bit to 8-bit lanes, saturating to 0 … 255. */
  narrow16: binary(0x66),
  /** 16-bit to 8-bit lanes, saturating to −128 … 127. */
  narrowSigned16: binary(0x65),
};

/** The 16-bit lanes turned round by `by`. */
export const turned = (of: Local, by: number): Code =>
  v128.shuffle16(
    of.get,
    of.get,
    Array.from({ length: 8 }, (_, lane) => (lane + by) % 8),
  );

/** All four 32-bit lanes joined, in all four, by two rotations. */
export const acrossLanes = (of: Local, join: (a: Code, b: Code) => Code): Code =>
  [4, 2].map((by) => of.set(join(of.get, turned(of, by))));

export const ZERO = v128.splat(i32.const(0));

/** On eight 16-bit integers. */
export const i16x8 = {
  add: binary(0x8e),
  sub: binary(0x91),
  mul: binary(0x95),
  shl: binary(0x8b),
  shr: binary(0x8c),
  shrUnsigned: binary(0x8d),
};

/** Relaxed SIMD: only engines that have it accept a module with one of these. */
export const relaxed = {
  /** Products of signed bytes with bytes of 0 … 127, neighbours added, to 16-bit lanes. */
  dotPairs: binary(0x112),
  /** The same, four neighbours added, to 32-bit lanes, added to `sums`. */
  addDotFours: (signed: Code, unsigned: Code, sums: Code): Code => [signed, unsigned, sums, simd(0x113)],
};

/** On four 32-bit floats. */
export const f32x4 = {
  convert: unary(0xfa),
  add: binary(0xe4),
  mul: binary(0xe6),
  div: binary(0xe7),
  abs: unary(0xe0),
  sqrt: unary(0xe3),
  /** The larger of each pair; which of the two, if one is not a number, is not said. */
  max: binary(0xeb),
  min: binary(0xea),
  sub: binary(0xe5),
  nearest: unary(0x6a),
  /** To 32-bit integers, towards zero, saturating; 0 for what is not a number. */
  truncate: unary(0xf8),
  splat: (n: number): Code => v128.splat(i32.const(new Int32Array(Float32Array.of(n).buffer)[0]!)),
  /** All bits set where it is so. */
  greater: binary(0x44),
};
