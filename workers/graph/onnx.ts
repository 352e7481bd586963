// The part of ONNX's object model a rewrite touches. What it does not touch passes through as the bytes it came in.

/** TensorProto.DataType, the ones used here. */
export const DataType = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
} as const;

export interface Tensor {
  name: string;
  dims: number[];
  /** TensorProto.DataType */
  type: number;
  /** Elements in row-major order, little-endian; for strings the whole TensorProto. */
  data: Uint8Array;
  /** Where the elements are, as long as they have not been read from an external file. */
  external?: { location: string; offset: number; length: number | undefined };
}

export interface Attribute {
  name: string;
  /** The AttributeProto as it is on the wire, for what is not decoded. */
  raw?: Uint8Array;
  int?: number;
  float?: number;
  string?: string;
  ints?: number[];
  tensor?: Tensor;
  graph?: Graph;
}

export interface Node {
  name: string;
  opType: string;
  /** '' for ONNX's own operators, 'com.microsoft' for ONNX Runtime's. */
  domain: string;
  /** '' where an optional input is left out. */
  inputs: string[];
  outputs: string[];
  attributes: Attribute[];
}

/** A dimension: its size, its symbol, or '' when nothing is known of it. */
export type Dimension = number | string;

export interface ValueInfo {
  name: string;
  /** TensorProto.DataType; 0 when it is not a tensor. */
  type: number;
  /** undefined when not even the rank is known. */
  shape: Dimension[] | undefined;
  /** The ValueInfoProto as it is on the wire; absent in values made here. */
  raw?: Uint8Array;
}

/** Shapes noted for inner values (value_info) are not kept: a rewrite changes them, and the runtime infers its own. */
export interface Graph {
  name: string;
  nodes: Node[];
  initializers: Map<string, Tensor>;
  inputs: ValueInfo[];
  outputs: ValueInfo[];
}

export interface Model {
  graph: Graph;
  /** Operator set versions by domain. */
  opsets: Map<string, number>;
  /** The remaining fields of ModelProto, as they are on the wire: number and content. */
  rest: { number: number; value: number | Uint8Array }[];
}

export const MICROSOFT = 'com.microsoft';

/** Bytes per element; undefined for strings and packed types. */
export const elementSize = (type: number): number | undefined =>
  ({ 1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 16: 2 })[type];

/** The attribute's value; `fallback` is the operator's default. */
export function intAttribute(node: Node, name: string, fallback: number): number {
  return node.attributes.find((attribute) => attribute.name === name)?.int ?? fallback;
}

export function intsAttribute(node: Node, name: string): number[] | undefined {
  return node.attributes.find((attribute) => attribute.name === name)?.ints;
}

export function floatAttribute(node: Node, name: string, fallback: number): number {
  return node.attributes.find((attribute) => attribute.name === name)?.float ?? fallback;
}

/** True for the operator of this name, in ONNX's own domain unless another is given. */
export function isOp(node: Node | undefined, opType: string, domain = ''): node is Node {
  return node?.opType === opType && (node.domain === domain || (domain === '' && node.domain === 'ai.onnx'));
}

/** Elements as numbers, for the small constants that describe shapes. */
export function numbers(tensor: Tensor): number[] {
  const { data, type } = tensor;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const size = elementSize(type) ?? 0;
  const at: Record<number, (offset: number) => number> = {
    [DataType.float]: (offset) => view.getFloat32(offset, true),
    [DataType.uint8]: (offset) => view.getUint8(offset),
    [DataType.int8]: (offset) => view.getInt8(offset),
    [DataType.bool]: (offset) => view.getUint8(offset),
    [DataType.int32]: (offset) => view.getInt32(offset, true),
    [DataType.int64]: (offset) => Number(view.getBigInt64(offset, true)),
  };
  const get = at[type];
  if (!get) throw new Error(`Constant ${tensor.name} has element type ${type}, which is not read here`);
  return Array.from({ length: data.byteLength / size }, (_, i) => get(i * size));
}

/** The elements of a float tensor, aligned (a copy only when they are not). */
export function float32Array({ data }: Tensor): Float32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

export const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

export function floatTensor(name: string, dims: number[], values: Float32Array): Tensor {
  return { name, dims, type: DataType.float, data: bytesOf(values) };
}

export function int64Tensor(name: string, values: readonly number[], dims = [values.length]): Tensor {
  return { name, dims, type: DataType.int64, data: bytesOf(BigInt64Array.from(values, BigInt)) };
}
