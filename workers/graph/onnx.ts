// The part of ONNX's object model that the rewrite needs. Everything else is passed through as bytes.

/** The values of TensorProto.DataType in use. */
export const DataType = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
} as const;

export interface Tensor {
  name: string;
  dims: number[];
  /** TensorProto.DataType */
  type: number;
  /** Elements in row-major order, little-endian; for strings the whole TensorProto. */
  data: Uint8Array;
  /** Location of the elements in an external file, until they are read. */
  external?: { location: string; offset: number; length: number | undefined };
}

export interface Attribute {
  name: string;
  /** The encoded AttributeProto, if it is of a kind that is not decoded. */
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
  /** '' for omitted optional inputs. */
  inputs: string[];
  outputs: string[];
  attributes: Attribute[];
}

/** A dimension: its size, its symbol, or '' if unknown. */
export type Dimension = number | string;

export interface ValueInfo {
  name: string;
  /** TensorProto.DataType; 0 if it is not a tensor. */
  type: number;
  /** Undefined if the rank is unknown. */
  shape: Dimension[] | undefined;
  /** The encoded ValueInfoProto; absent for values made here. */
  raw?: Uint8Array;
}

/** Shapes of intermediate values (value_info) are dropped, since the rewrite changes them and the runtime infers its own. */
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
  /** The other fields of ModelProto: number and encoded content. */
  rest: { number: number; value: number | Uint8Array }[];
}

export const MICROSOFT = 'com.microsoft';

/** Bytes per element; undefined for strings and packed types. */
export const elementSize = (type: number): number | undefined =>
  ({ 1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 16: 2 })[type];

/** The attribute's value, or `fallback`, the operator's default. */
export function intAttribute(node: Node, name: string, fallback: number): number {
  return node.attributes.find((attribute) => attribute.name === name)?.int ?? fallback;
}

export function intsAttribute(node: Node, name: string): number[] | undefined {
  return node.attributes.find((attribute) => attribute.name === name)?.ints;
}

export function floatAttribute(node: Node, name: string, fallback: number): number {
  return node.attributes.find((attribute) => attribute.name === name)?.float ?? fallback;
}

/** Whether the node is this operator, of ONNX's own domain by default. */
export function isOp(node: Node | undefined, opType: string, domain = ''): node is Node {
  return node?.opType === opType && (node.domain === domain || (domain === '' && node.domain === 'ai.onnx'));
}

/** The elements as numbers; for small constants that describe shapes. */
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
    [DataType.float16]: (offset) => halfToNumber(view.getUint16(offset, true)),
    [DataType.double]: (offset) => view.getFloat64(offset, true),
  };
  const get = at[type];
  if (!get) throw new Error(`Constant ${tensor.name} has element type ${type}, which is not supported`);
  return Array.from({ length: data.byteLength / size }, (_, i) => get(i * size));
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

/** Whether `numbers` reads tensors of this type. */
export const isNumeric = (type: number): boolean =>
  (Object.values(DataType) as number[]).includes(type) && type !== DataType.string;

/** The elements of a float tensor; copied only if they are not aligned. */
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
