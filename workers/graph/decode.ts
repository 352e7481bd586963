// Decodes ONNX files. A model is read from a stream, tensor by tensor, so that no chunk is kept longer than needed.

import { type ByteStream, byteStream, type Chunks } from './byte-stream.ts';
import {
  type Attribute,
  DataType,
  type Dimension,
  elementSize,
  type Graph,
  type Model,
  type Node,
  type Tensor,
  type ValueInfo,
} from './onnx.ts';
import { BYTES, FIXED32, FIXED64, type Field, fields, float32, string, VARINT, varints } from './wire.ts';

/** Field numbers of ModelProto. */
const GRAPH = 7;
const OPSET = 8;
/** Field numbers of GraphProto. */
const INITIALIZER = 5;

/** Typed element fields of TensorProto (float_data …) as raw little-endian bytes. */
function rawElements(type: number, found: Field[]): Uint8Array {
  const packed = found.length === 1 && found[0]!.wire === BYTES;
  const number = found[0]?.number;
  if (number === 4 || number === 10) {
    if (packed) return found[0]!.bytes;
    const width = number === 4 ? 4 : 8;
    const out = new Uint8Array(found.length * width);
    found.forEach((field, i) => {
      out.set(field.bytes, i * width);
    });
    return out;
  }
  const size = elementSize(type) ?? 0;
  const values = found.flatMap(varints);
  const out = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) => {
    if (size === 8) out.setBigInt64(i * 8, BigInt(value), true);
    else if (size === 4) out.setInt32(i * 4, value, true);
    else if (size === 2) out.setInt16(i * 2, value, true);
    else out.setInt8(i, value);
  });
  return new Uint8Array(out.buffer);
}

function decodeTensor(message: Uint8Array): Tensor {
  const tensor: Tensor = { name: '', dims: [], type: 0, data: new Uint8Array(0) };
  const elements: Field[] = [];
  const external = new Map<string, string>();
  let isExternal = false;
  for (const field of fields(message)) {
    if (field.number === 1) tensor.dims.push(...varints(field));
    else if (field.number === 2) tensor.type = field.value;
    else if (field.number === 8) tensor.name = string(field.bytes);
    else if (field.number === 9) tensor.data = field.bytes;
    else if ([4, 5, 7, 10, 11].includes(field.number)) elements.push(field);
    else if (field.number === 13) {
      const [key, value] = [...fields(field.bytes)];
      external.set(string(key!.bytes), value ? string(value.bytes) : '');
    } else if (field.number === 14) isExternal = field.value === 1;
  }
  if (elements.length) tensor.data = rawElements(tensor.type, elements);
  if (tensor.type === DataType.string) tensor.data = message;
  if (isExternal) {
    const length = external.get('length');
    tensor.external = {
      location: (external.get('location') ?? '').replace(/^\.\//, ''),
      offset: Number(external.get('offset') ?? 0),
      length: length === undefined ? undefined : Number(length),
    };
  }
  return tensor;
}

function decodeAttribute(message: Uint8Array): Attribute {
  const attribute: Attribute = { name: '', raw: message };
  for (const field of fields(message)) {
    if (field.number === 1) attribute.name = string(field.bytes);
    else if (field.number === 2) attribute.float = float32(field.bytes);
    else if (field.number === 3) attribute.int = field.value;
    else if (field.number === 4) attribute.string = string(field.bytes);
    else if (field.number === 5) attribute.tensor = decodeTensor(field.bytes);
    else if (field.number === 6) attribute.graph = decodeGraph(field.bytes);
    else if (field.number === 8) attribute.ints = [...(attribute.ints ?? []), ...varints(field)];
  }
  return attribute;
}

function decodeNode(message: Uint8Array): Node {
  const node: Node = { name: '', opType: '', domain: '', inputs: [], outputs: [], attributes: [] };
  for (const field of fields(message)) {
    if (field.number === 1) node.inputs.push(string(field.bytes));
    else if (field.number === 2) node.outputs.push(string(field.bytes));
    else if (field.number === 3) node.name = string(field.bytes);
    else if (field.number === 4) node.opType = string(field.bytes);
    else if (field.number === 5) node.attributes.push(decodeAttribute(field.bytes));
    else if (field.number === 7) node.domain = string(field.bytes);
  }
  return node;
}

function decodeShape(message: Uint8Array): Dimension[] {
  return [...fields(message)].map((dimension) => {
    const [content] = [...fields(dimension.bytes)].filter(({ number }) => number === 1 || number === 2);
    if (!content) return '';
    return content.number === 1 ? content.value : string(content.bytes);
  });
}

function decodeValueInfo(message: Uint8Array): ValueInfo {
  const info: ValueInfo = { name: '', type: 0, shape: undefined, raw: message };
  for (const field of fields(message)) {
    if (field.number === 1) info.name = string(field.bytes);
    if (field.number !== 2) continue;
    const tensor = [...fields(field.bytes)].find(({ number }) => number === 1);
    if (!tensor) continue;
    for (const part of fields(tensor.bytes)) {
      if (part.number === 1) info.type = part.value;
      else if (part.number === 2) info.shape = decodeShape(part.bytes);
    }
  }
  return info;
}

const emptyGraph = (): Graph => ({
  name: '',
  nodes: [],
  initializers: new Map(),
  inputs: [],
  outputs: [],
});

function addGraphField(graph: Graph, number: number, bytes: Uint8Array): void {
  if (number === 1) graph.nodes.push(decodeNode(bytes));
  else if (number === 2) graph.name = string(bytes);
  else if (number === INITIALIZER) {
    const tensor = decodeTensor(bytes);
    graph.initializers.set(tensor.name, tensor);
  } else if (number === 11) graph.inputs.push(decodeValueInfo(bytes));
  else if (number === 12) graph.outputs.push(decodeValueInfo(bytes));
  else if (number === 15) throw new Error('Sparse initializers are not supported');
}

function decodeGraph(message: Uint8Array): Graph {
  const graph = emptyGraph();
  for (const field of fields(message)) addGraphField(graph, field.number, field.bytes);
  return graph;
}

/** Reads a field's tag from a stream, and its length if it has one. */
async function streamField(stream: ByteStream): Promise<{ number: number; wire: number; value: number }> {
  const tag = await stream.varint();
  const wire = tag % 8;
  const value = wire === VARINT || wire === BYTES ? await stream.varint() : wire === FIXED64 ? 8 : 4;
  if (wire > FIXED32 || wire === 3 || wire === 4)
    throw new Error('Not an ONNX file (protocol buffer expected)');
  return { number: Math.floor(tag / 8), wire, value };
}

async function streamGraph(
  stream: ByteStream,
  length: number,
  signal: AbortSignal | undefined,
): Promise<Graph> {
  const graph = emptyGraph();
  for (const end = stream.position + length; stream.position < end; ) {
    signal?.throwIfAborted();
    const { number, wire, value } = await streamField(stream);
    if (wire === VARINT) continue;
    addGraphField(graph, number, await stream.read(value));
  }
  return graph;
}

/** Reads a model. Throws on a truncated file, on one that is not ONNX, and when aborted. */
export async function decodeModel(chunks: Chunks, signal?: AbortSignal): Promise<Model> {
  const stream = byteStream(chunks);
  const model: Model = { graph: emptyGraph(), opsets: new Map(), rest: [] };
  let found = false;
  while (!(await stream.ended())) {
    const { number, wire, value } = await streamField(stream);
    if (number === GRAPH) {
      model.graph = await streamGraph(stream, value, signal);
      found = true;
    } else if (number === OPSET) {
      let domain = '';
      let version = 0;
      for (const field of fields(await stream.read(value))) {
        if (field.number === 1) domain = string(field.bytes);
        else if (field.number === 2) version = field.value;
      }
      model.opsets.set(domain === 'ai.onnx' ? '' : domain, version);
    } else model.rest.push({ number, value: wire === VARINT ? value : await stream.read(value) });
  }
  if (!found) throw new Error('Not an ONNX file: it contains no graph');
  return model;
}
