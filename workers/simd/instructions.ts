import { type Code, type Local, unsigned } from './assemble.ts';

const signed = (n: number): number[] =>
  n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)];

export const i32 = {
  const: (n: number): Code => [0x41, signed(n)],
  add: (a: Code, b: Code): Code => [a, b, 0x6a],
  sub: (a: Code, b: Code): Code => [a, b, 0x6b],
  mul: (a: Code, b: Code): Code => [a, b, 0x6c],
  /** Unsigned. */
  divU: (a: Code, b: Code): Code => [a, b, 0x6e],
  /** Unsigned. */
  remU: (a: Code, b: Code): Code => [a, b, 0x70],
  and: (a: Code, b: Code): Code => [a, b, 0x71],
  /** Unsigned. */
  shr: (a: Code, b: Code): Code => [a, b, 0x76],
  eq: (a: Code, b: Code): Code => [a, b, 0x46],
  load: (address: Code, offset = 0): Code => [address, 0x28, 2, unsigned(offset)],
  /** One byte, unsigned. */
  load8: (address: Code): Code => [address, 0x2d, 0, 0],
  store: (address: Code, value: Code, offset = 0): Code => [address, value, 0x36, 2, unsigned(offset)],
  store8: (address: Code, value: Code): Code => [address, value, 0x3a, 0, 0],
};

/** Runs `body` once, and again while `condition` is non-zero (do … while). */
export const loop = (body: Code, condition: Code): Code => [0x03, 0x40, body, condition, 0x0d, 0, 0x0b];

export const if_ = (condition: Code, body: Code): Code => [condition, 0x04, 0x40, body, 0x0b];

/** Returns an i32 from the function. */
export const return_ = (value: Code): Code => [value, 0x0f];

/** Unsigned comparison. */
export const lessThan = (a: Code, b: Code): Code => [a, b, 0x49];

/** 1 for 0, otherwise 0. */
export const not = (a: Code): Code => [a, 0x45];

/** `a` if `condition` is non-zero, otherwise `b`; both are evaluated. */
export const select = (condition: Code, a: Code, b: Code): Code => [a, b, condition, 0x1b];

export const min = (a: Code, b: Code): Code => select(lessThan(a, b), a, b);

/** Runs `body` for the one of `numbers` that equals `value`. */
export const switch_ = <N extends number>(value: Code, numbers: readonly N[], body: (n: N) => Code): Code =>
  numbers.map((n) => if_(i32.eq(value, i32.const(n)), body(n)));

/** Unsigned division, rounded up. */
export const ceilDiv = (a: Code, b: number): Code => i32.divU(i32.add(a, i32.const(b - 1)), i32.const(b));

/** Copies `bytes` bytes, which may overlap. */
export const copyBytes = (to: Code, from: Code, bytes: Code): Code => [to, from, bytes, 0xfc, 0x0a, 0, 0];

/** Sets `bytes` bytes to `value`. */
export const fillBytes = (to: Code, value: Code, bytes: Code): Code => [to, value, bytes, 0xfc, 0x0b, 0];

/** The size in bytes of `words` 32-bit words. */
export const inBytes = (words: Code): Code => i32.mul(words, i32.const(4));

export const increment = (local: Local, by: Code | number): Code =>
  local.set(i32.add(local.get, typeof by === 'number' ? i32.const(by) : by));

export const call = (callee: string, ...args: Code[]): Code => [args, { call: callee }];

/** Calls the function in table slot `slot`. `result`: whether it returns an i32. */
export const callIndirect = (slot: number, args: readonly Code[], result = true): Code => [
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
  /** Copies an i32 to all four lanes. */
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
  /** One 32-bit lane. */
  store32: (address: Code, v: Code, offset = 0, lane = 0): Code => [
    address,
    v,
    simd(0x5a),
    0,
    unsigned(offset),
    lane,
  ],
  store64: (address: Code, v: Code): Code => [address, v, simd(0x5b), 0, 0, 0],
  /** Selects bytes: 0 … 15 are those of `a`, 16 … 31 those of `b`. */
  shuffle8: (a: Code, b: Code, lanes: readonly number[]): Code => [a, b, simd(0x0d), lanes],
  /** The lower or upper eight bytes as 16-bit lanes. */
  widenLow8: unary(0x89),
  widenHigh8: unary(0x8a),
  /** The lower or upper four 16-bit lanes, unsigned, as 32-bit lanes. */
  widenLow16: unary(0xa9),
  widenHigh16: unary(0xaa),
  /** Selects 16-bit lanes: 0 … 7 are those of `a`, 8 … 15 those of `b`. */
  shuffle16: (a: Code, b: Code, lanes: readonly number[]): Code => [
    a,
    b,
    simd(0x0d),
    lanes.flatMap((lane) => [2 * lane, 2 * lane + 1]),
  ],
  /** Selects 32-bit lanes: 0 … 3 are those of `a`, 4 … 7 those of `b`. */
  shuffle32: (a: Code, b: Code, lanes: readonly number[]): Code =>
    v128.shuffle16(
      a,
      b,
      lanes.flatMap((lane) => [2 * lane, 2 * lane + 1]),
    ),
  /** Multiplies 16-bit lanes and adds adjacent products, in four 32-bit lanes. */
  dot: binary(0xba),
  add: binary(0xae),
  sub: binary(0xb1),
  shl: binary(0xab),
  shr: binary(0xac),
  xor: binary(0x51),
  and: binary(0x4e),
  /** The top bits of the 16-bit lanes as an i32. */
  bitmask16: unary(0x84),
  /** Number of set bits in each byte. */
  popcount: unary(0x62),
  addBytes: binary(0x6e),
  /** Adds adjacent unsigned bytes to 16-bit lanes, or 16-bit lanes to 32-bit ones. */
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

/** Rotates the 16-bit lanes by `by`. */
export const rotateLanes = (of: Local, by: number): Code =>
  v128.shuffle16(
    of.get,
    of.get,
    Array.from({ length: 8 }, (_, lane) => (lane + by) % 8),
  );

/** Reduces the four 32-bit lanes with `join`; every lane then holds the result. */
export const reduceLanes = (of: Local, join: (a: Code, b: Code) => Code): Code =>
  [4, 2].map((by) => of.set(join(of.get, rotateLanes(of, by))));

export const ZERO = v128.splat(i32.const(0));

/** Eight 16-bit integers. */
export const i16x8 = {
  add: binary(0x8e),
  sub: binary(0x91),
  mul: binary(0x95),
  shl: binary(0x8b),
  shr: binary(0x8c),
  shrUnsigned: binary(0x8d),
};

/** Relaxed SIMD. Engines without it reject modules that contain these instructions. */
export const relaxed = {
  /** Multiplies signed bytes by bytes of 0 … 127 and adds adjacent products, in 16-bit lanes. */
  dotPairs: binary(0x112),
  /** The same with four adjacent products, added to the 32-bit lanes of `sums`. */
  addDotFours: (signed: Code, unsigned: Code, sums: Code): Code => [signed, unsigned, sums, simd(0x113)],
  /** a · b + c in four floats; whether the product is rounded before the sum depends on the processor. */
  multiplyAdd: (a: Code, b: Code, c: Code): Code => [a, b, c, simd(0x105)],
};

/** Four 32-bit floats. */
export const f32x4 = {
  convert: unary(0xfa),
  add: binary(0xe4),
  mul: binary(0xe6),
  div: binary(0xe7),
  abs: unary(0xe0),
  sqrt: unary(0xe3),
  /** Lane-wise maximum; unspecified if a lane is NaN. */
  max: binary(0xeb),
  min: binary(0xea),
  sub: binary(0xe5),
  nearest: unary(0x6a),
  /** Converts to 32-bit integers, truncating and saturating; NaN becomes 0. */
  truncate: unary(0xf8),
  splat: (n: number): Code => v128.splat(i32.const(new Int32Array(Float32Array.of(n).buffer)[0]!)),
  /** All bits of a lane are set where `a` > `b`. */
  greater: binary(0x44),
};
