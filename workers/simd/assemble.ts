/** A very small assembler: functions of i32 parameters without results, over one exported memory. */

/** Instructions, nested as is convenient. */
export type Code = number | readonly Code[];

export interface Local {
  get: Code;
  /** Assigns the value of an expression. */
  set(value: Code): Code;
}

export interface Func {
  params: readonly string[];
  i32: readonly string[];
  v128: readonly string[];
  body: Code;
}

/** A function with named parameters and locals, each named once. */
export function define<Param extends string, Word extends string, Vector extends string>(
  params: readonly Param[],
  i32: readonly Word[],
  v128: readonly Vector[],
  body: (locals: Readonly<Record<Param | Word | Vector, Local>>) => Code,
): Func {
  const locals = [...params, ...i32, ...v128].map((name, i): [string, Local] => [
    name,
    { get: [0x20, unsigned(i)], set: (value) => [value, 0x21, unsigned(i)] },
  ]);
  return {
    params,
    i32,
    v128,
    body: body(Object.fromEntries(locals) as Record<Param | Word | Vector, Local>),
  };
}

const unsigned = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);

const signed = (n: number): number[] =>
  n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)];

const I32 = 0x7f;
const V128 = 0x7b;
const bytes = (code: Code): number[] => (typeof code === 'number' ? [code] : code.flatMap(bytes));
const sized = (content: number[]): number[] => [...unsigned(content.length), ...content];
const list = (items: number[][]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, items: number[][]): number[] => [id, ...sized(list(items))];
const text = (name: string): number[] => sized([...new TextEncoder().encode(name)]);

/** @returns a module that exports every function under its name, and `memory` */
export function assemble(functions: Readonly<Record<string, Func>>): Uint8Array<ArrayBuffer> {
  const names = Object.keys(functions);
  const funcs = Object.values(functions);
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      funcs.map(({ params }) => [0x60, ...list(params.map(() => [I32])), 0]),
    ),
    ...section(
      3,
      funcs.map((_, i) => unsigned(i)),
    ),
    ...section(5, [[0, 1]]),
    ...section(7, [[...text('memory'), 2, 0], ...names.map((name, i) => [...text(name), 0, ...unsigned(i)])]),
    ...section(
      10,
      funcs.map(({ i32, v128, body }) => {
        const locals = list([
          [...unsigned(i32.length), I32],
          [...unsigned(v128.length), V128],
        ]);
        return sized([...locals, ...bytes(body), 0x0b]);
      }),
    ),
  ]);
}

export const i32 = {
  const: (n: number): Code => [0x41, signed(n)],
  add: (a: Code, b: Code): Code => [a, b, 0x6a],
  mul: (a: Code, b: Code): Code => [a, b, 0x6c],
  load: (address: Code, offset = 0): Code => [address, 0x28, 2, unsigned(offset)],
  store8: (address: Code, value: Code): Code => [address, value, 0x3a, 0, 0],
};

/** Runs `body` at least once, and again while `condition` is not 0. */
export const repeat = (body: Code, condition: Code): Code => [0x03, 0x40, body, condition, 0x0d, 0, 0x0b];

export const lessThan = (a: Code, b: Code): Code => [a, b, 0x49];

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
  load32Splat: (address: Code, offset: number): Code => [address, simd(0x09), 2, unsigned(offset)],
  /** Eight bytes as eight 16-bit lanes. */
  load8x8: (address: Code): Code => [address, simd(0x02), 0, 0],
  /** Four signed 16-bit numbers as four 32-bit lanes. */
  load16x4: (address: Code, offset = 0): Code => [address, simd(0x03), 0, unsigned(offset)],
  store16: (address: Code, v: Code): Code => [address, v, simd(0x59), 0, 0, 0],
  store32: (address: Code, v: Code): Code => [address, v, simd(0x5a), 0, 0, 0],
  store64: (address: Code, v: Code): Code => [address, v, simd(0x5b), 0, 0, 0],
  /** Picks 16-bit lanes: 0 … 7 of `a`, 8 … 15 of `b`. */
  shuffle16: (a: Code, b: Code, lanes: readonly number[]): Code => [
    a,
    b,
    simd(0x0d),
    lanes.flatMap((lane) => [2 * lane, 2 * lane + 1]),
  ],
  /** Products of 16-bit lanes, added in pairs to four 32-bit lanes. */
  dot: binary(0xba),
  add: binary(0xae),
  shl: binary(0xab),
  shr: binary(0xac),
  xor: binary(0x51),
  /** The top bit of each 16-bit lane, as one number. */
  bitmask16: unary(0x84),
  /** Bits set in each byte. */
  popcount: unary(0x62),
  addBytes: binary(0x6e),
  /** Neighbouring unsigned bytes added to 16-bit lanes, 16-bit lanes to 32-bit ones. */
  pairBytes: unary(0x7d),
  pair16: unary(0x7f),
  /** 32-bit to 16-bit lanes, saturating. */
  narrow32: binary(0x85),
  /** 16-bit to 8-bit lanes, saturating to 0 … 255. */
  narrow16: binary(0x66),
};

/** On four 32-bit floats. */
export const f32x4 = {
  convert: unary(0xfa),
  add: binary(0xe4),
  mul: binary(0xe6),
  /** All bits set where it is so. */
  greater: binary(0x44),
};
