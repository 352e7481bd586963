/** A minimal WASM assembler for functions over i32 and v128; its instructions are in `instructions.ts`. */

/** Bytes of instructions, nested in any way; direct calls by name and indirect calls by type. */
export type Code = number | readonly Code[] | { call: string } | { indirect: Type };

interface Type {
  /** Number of parameters, all i32. */
  params: number;
  /** Whether it returns an i32. */
  result: boolean;
}

export interface Local {
  get: Code;
  /** Assigns the value of an expression to the local. */
  set(value: Code): Code;
}

export interface Func {
  params: readonly string[];
  i32: readonly string[];
  v128: readonly string[];
  /** Whether the function returns an i32, which the body leaves on the stack. */
  result: boolean;
  body: Code;
}

/** Defines a function with named parameters and locals. `result`: whether it returns an i32. */
export function define<Param extends string, Word extends string, Vector extends string>(
  params: readonly Param[],
  i32: readonly Word[],
  v128: readonly Vector[],
  body: (locals: Readonly<Record<Param | Word | Vector, Local>>) => Code,
  result = false,
): Func {
  const locals = [...params, ...i32, ...v128].map((name, i): [string, Local] => [
    name,
    { get: [0x20, unsigned(i)], set: (value) => [value, 0x21, unsigned(i)] },
  ]);
  return {
    params,
    i32,
    v128,
    result,
    body: body(Object.fromEntries(locals) as Record<Param | Word | Vector, Local>),
  };
}

const I32 = 0x7f;
const V128 = 0x7b;
const FUNCREF = 0x70;

export const unsigned = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);
const sized = (content: number[]): number[] => [...unsigned(content.length), ...content];
const list = (items: number[][]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, items: number[][]): number[] =>
  items.length ? [id, ...sized(list(items))] : [];
const text = (name: string): number[] => sized([...new TextEncoder().encode(name)]);

const MOST_PAGES = 65_536;

/**
 * @param host whether to import shared memory and a table as `host.memory` and `host.table`
 * @returns a module that exports every function under its name, and its own `memory` unless it is imported
 */
export function assemble(functions: Readonly<Record<string, Func>>, host = false): Uint8Array<ArrayBuffer> {
  const names = Object.keys(functions);
  const funcs = Object.values(functions);
  const types: string[] = [];
  const typeIndex = ({ params, result }: Type): number[] => {
    const key = `${params} ${result}`;
    if (!types.includes(key)) types.push(key);
    return unsigned(types.indexOf(key));
  };
  const bytes = (code: Code): number[] => {
    const out: number[] = [];
    const write = (part: Code): void => {
      if (typeof part === 'number') out.push(part);
      else if ('call' in part) out.push(0x10, ...unsigned(names.indexOf(part.call)));
      else if ('indirect' in part) out.push(0x11, ...typeIndex(part.indirect), 0);
      else part.forEach(write);
    };
    write(code);
    return out;
  };
  const declarations = funcs.map(({ params, result }) => typeIndex({ params: params.length, result }));
  const bodies = funcs.map(({ i32, v128, body }) => {
    const locals = list([
      [...unsigned(i32.length), I32],
      [...unsigned(v128.length), V128],
    ]);
    return sized([...locals, ...bytes(body), 0x0b]);
  });
  const signatures = types.map((key) => {
    const [params, result] = key.split(' ');
    const inputs = Array.from({ length: Number(params) }, () => [I32]);
    return [0x60, ...list(inputs), ...list(result === 'true' ? [[I32]] : [])];
  });
  const imports = [
    [...text('host'), ...text('memory'), 2, 3, 0, ...unsigned(MOST_PAGES)],
    [...text('host'), ...text('table'), 1, FUNCREF, 0, 0],
  ];
  const exported = names.map((name, i) => [...text(name), 0, ...unsigned(i)]);
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, signatures),
    ...section(2, host ? imports : []),
    ...section(3, declarations),
    ...section(5, host ? [] : [[0, 1]]),
    ...section(7, host ? exported : [[...text('memory'), 2, 0], ...exported]),
    ...section(10, bodies),
  ]);
}
