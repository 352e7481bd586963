// Encodes ONNX files with external weights, which the runtime copies once, directly into its own memory.

import {
  type Attribute,
  DataType,
  elementSize,
  type Graph,
  type Model,
  type Node,
  type Tensor,
  type ValueInfo,
} from './onnx.ts';
import { type Message, message } from './wire.ts';

export interface ExternalFile {
  path: string;
  data: Uint8Array;
}

/** Smaller tensors stay in the model: shape inference needs them, and a file for each would cost more. */
const INLINE_BYTES = 1024;

/** AttributeProto.AttributeType */
const ATTRIBUTE = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, ints: 7 } as const;

function encodeTensor(tensor: Tensor, files: ExternalFile[] | undefined): Message | Uint8Array {
  if (tensor.type === DataType.string) return tensor.data;
  const out = message();
  for (const size of tensor.dims) out.varint(1, size);
  out.varint(2, tensor.type).string(8, tensor.name);
  const external = files && tensor.data.length > INLINE_BYTES && elementSize(tensor.type) !== undefined;
  if (!external) return out.bytes(9, tensor.data);
  const path = `weights-${files.length}`;
  files.push({ path, data: tensor.data });
  const entry = (key: string, value: string) => out.bytes(13, message().string(1, key).string(2, value));
  entry('location', path);
  entry('offset', '0');
  entry('length', String(tensor.data.length));
  return out.varint(14, 1);
}

function encodeAttribute(attribute: Attribute): Message | Uint8Array {
  if (attribute.raw && !attribute.graph) return attribute.raw;
  const out = message().string(1, attribute.name);
  if (attribute.graph)
    return out.bytes(6, encodeGraph(attribute.graph, undefined)).varint(20, ATTRIBUTE.graph);
  if (attribute.tensor)
    return out.bytes(5, encodeTensor(attribute.tensor, undefined)).varint(20, ATTRIBUTE.tensor);
  if (attribute.ints) {
    for (const value of attribute.ints) out.varint(8, value);
    return out.varint(20, ATTRIBUTE.ints);
  }
  if (attribute.string !== undefined) return out.string(4, attribute.string).varint(20, ATTRIBUTE.string);
  if (attribute.float !== undefined) return out.float(2, attribute.float).varint(20, ATTRIBUTE.float);
  return out.varint(3, attribute.int ?? 0).varint(20, ATTRIBUTE.int);
}

function encodeNode(node: Node): Message {
  const out = message();
  for (const name of node.inputs) out.string(1, name);
  for (const name of node.outputs) out.string(2, name);
  out.string(3, node.name).string(4, node.opType);
  for (const attribute of node.attributes) out.bytes(5, encodeAttribute(attribute));
  return node.domain ? out.string(7, node.domain) : out;
}

function encodeValueInfo(info: ValueInfo): Message | Uint8Array {
  if (info.raw) return info.raw;
  const tensor = message().varint(1, info.type);
  if (info.shape) {
    const shape = message();
    for (const size of info.shape) {
      const dimension = message();
      if (typeof size === 'number') dimension.varint(1, size);
      else if (size) dimension.string(2, size);
      shape.bytes(1, dimension);
    }
    tensor.bytes(2, shape);
  }
  return message().string(1, info.name).bytes(2, message().bytes(1, tensor));
}

function encodeGraph(graph: Graph, files: ExternalFile[] | undefined): Message {
  const out = message();
  for (const node of graph.nodes) out.bytes(1, encodeNode(node));
  out.string(2, graph.name);
  for (const tensor of graph.initializers.values()) out.bytes(5, encodeTensor(tensor, files));
  for (const info of graph.inputs) out.bytes(11, encodeValueInfo(info));
  for (const info of graph.outputs) out.bytes(12, encodeValueInfo(info));
  return out;
}

/** The model without its weights, and one file per tensor, which shares the tensor's memory. */
export function encodeModel(model: Model): { model: Uint8Array; externalData: ExternalFile[] } {
  const externalData: ExternalFile[] = [];
  const out = message();
  for (const { number, value } of model.rest) {
    if (typeof value === 'number') out.varint(number, value);
    else out.bytes(number, value);
  }
  for (const [domain, version] of model.opsets) {
    out.bytes(8, message().string(1, domain).varint(2, version));
  }
  out.bytes(7, encodeGraph(model.graph, externalData));
  return { model: out.finish(), externalData };
}
