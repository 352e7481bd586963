// GatherBlockQuantized, which has no kernel on WASM, as our own operator; with 8 bits, or blocks that are no multiple of 32, as standard
// operators: gather the packed rows, unpack and scale them. The table stays packed, so it takes 4 bits per weight in memory.

import { BLOCK } from '../operators/layout.ts';
import { DOMAIN, GATHER_QUANTIZED } from '../operators/names.ts';
import { makeNode, type Pass } from './edit.ts';
import {
  bytesOf,
  DataType,
  floatTensor,
  int64Tensor,
  intAttribute,
  isOp,
  MICROSOFT,
  type Node,
  type Tensor,
} from './onnx.ts';

/** TensorProto.DataType of the packed 4-bit types. */
const UINT4 = 21;
const INT4 = 22;

/** Converts packed int4 to packed uint4 by flipping the sign bits, which adds 8. */
function asBytes(tensor: Tensor): Tensor {
  const { name, dims, type, data } = tensor;
  const last = dims.at(-1)!;
  const packedDims = type === DataType.uint8 ? dims : [...dims.slice(0, -1), last / 2];
  const bytes = type === INT4 ? data.map((byte) => byte ^ 0x88) : data;
  return { name: `${name}/bytes`, dims: packedDims, type: DataType.uint8, data: bytes };
}

interface Table {
  data: Tensor;
  scales: Tensor;
  zeroPoints: Tensor | undefined;
  /** Whether our operator reads it. */
  isOurs: boolean;
  bits: 4 | 8;
  blockSize: number;
  k: number;
}

function quantizedTable(pass: Pass, node: Node): Table | undefined {
  const [d, , s, z] = node.inputs;
  const data = pass.constant(d);
  const scales = pass.constant(s);
  const zeroPoints = pass.constant(z);
  if (!data || scales?.type !== DataType.float || (z && !zeroPoints) || data.dims.length !== 2)
    return undefined;
  const axis = intAttribute(node, 'quantize_axis', 1);
  if (intAttribute(node, 'gather_axis', 0) !== 0 || (axis !== 1 && axis !== -1)) return undefined;
  const bits = data.type === DataType.uint8 ? intAttribute(node, 'bits', 4) : 4;
  if (bits !== 4 && bits !== 8) return undefined;
  const packs = data.type === DataType.uint8 && bits === 4;
  const k = data.dims[1]! * (packs ? 2 : 1);
  const blockSize = intAttribute(node, 'block_size', 128);
  const blocks = scales.dims[1]!;
  const isOurs = bits === 4 && blockSize % BLOCK === 0;
  // Both forms need whole blocks, and the reshapes below whole bytes of packed zero points.
  if (k !== blocks * blockSize || (bits === 4 && !isOurs && zeroPoints && blocks % 2 !== 0)) return undefined;
  return { data, scales, zeroPoints, isOurs, bits, blockSize, k };
}

/** Gathers packed rows and unpacks them to floats [.., count]. */
function gatherValues(
  pass: Pass,
  table: Tensor,
  indices: string,
  bits: number,
  count: number,
  nodes: Node[],
): string {
  const name = pass.addConstant(asBytes(table));
  const rows = pass.fresh(name);
  const bytes = pass.fresh(name);
  nodes.push(makeNode('Gather', [name, indices], [rows], { axis: 0 }));
  nodes.push(makeNode('Cast', [rows], [bytes], { to: DataType.float }));
  if (bits === 8) return bytes;
  const sixteenth = pass.addConstant(floatTensor('rewrite/sixteenth', [], Float32Array.of(1 / 16)));
  const sixteen = pass.addConstant(floatTensor('rewrite/sixteen', [], Float32Array.of(16)));
  const pair = pass.addConstant(int64Tensor('rewrite/pair', [0, 0, -1, 1]));
  const shape = pass.addConstant(int64Tensor(`rewrite/row_${count}`, [0, 0, count]));
  const made = Array.from({ length: 7 }, () => pass.fresh(name)) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const [shifted, high, aligned, low, lows, highs, joined] = made;
  const out = pass.fresh(name);
  nodes.push(
    makeNode('Mul', [bytes, sixteenth], [shifted]),
    makeNode('Floor', [shifted], [high]),
    makeNode('Mul', [high, sixteen], [aligned]),
    makeNode('Sub', [bytes, aligned], [low]),
    makeNode('Reshape', [low, pair], [lows]),
    makeNode('Reshape', [high, pair], [highs]),
    makeNode('Concat', [lows, highs], [joined], { axis: 3 }),
    makeNode('Reshape', [joined, shape], [out]),
  );
  return out;
}

/** Our operator, which reads the table as it is. */
function gatherNodes(pass: Pass, node: Node, { data, scales, zeroPoints, blockSize, k }: Table): Node[] {
  const [rows, blocks] = [data.dims[0]!, k / blockSize];
  const perRow = Math.ceil(blocks / 2);
  const fallback = data.type === UINT4 ? 0x00 : 0x88;
  const zeros = zeroPoints
    ? asBytes(zeroPoints)
    : {
        name: pass.fresh(scales.name),
        dims: [rows, perRow],
        type: DataType.uint8,
        data: new Uint8Array(rows * perRow).fill(fallback),
      };
  const parameters = {
    name: `rewrite/gather_${rows}_${blocks}_${blockSize}`,
    dims: [3],
    type: DataType.int32,
    data: bytesOf(Int32Array.of(rows, blocks, blockSize / BLOCK)),
  };
  const indices = pass.fresh(node.inputs[1]!);
  const constants = [asBytes(data), scales, zeros, parameters].map((tensor) => pass.addConstant(tensor));
  return [
    makeNode('Cast', [node.inputs[1]!], [indices], { to: DataType.int64 }),
    makeNode(GATHER_QUANTIZED, [indices, ...constants], node.outputs, {}, DOMAIN),
  ];
}

function standardNodes(pass: Pass, node: Node, table: Table): Node[] {
  const { data, scales, zeroPoints, bits, blockSize, k } = table;
  const nodes: Node[] = [];
  const blocks = k / blockSize;
  // Indices of any rank become [1, n], so that every shape below has a known rank.
  const flat = pass.fresh(node.outputs[0]!);
  nodes.push(
    makeNode('Reshape', [node.inputs[1]!, pass.addConstant(int64Tensor('rewrite/flat', [1, -1]))], [flat]),
  );
  const blockShape = pass.addConstant(int64Tensor(`rewrite/blocks_${blocks}`, [0, 0, blocks, -1]));
  const inBlocks = (name: string): string => {
    const out = pass.fresh(name);
    nodes.push(makeNode('Reshape', [name, blockShape], [out]));
    return out;
  };
  const values = inBlocks(gatherValues(pass, data, flat, bits, k, nodes));
  let zero: string;
  if (zeroPoints) zero = inBlocks(gatherValues(pass, zeroPoints, flat, bits, blocks, nodes));
  else {
    const fallback = data.type === UINT4 ? 0 : 1 << (bits - 1);
    zero = pass.addConstant(floatTensor(`rewrite/zero_${fallback}`, [], Float32Array.of(fallback)));
  }
  const scaleRows = pass.fresh(scales.name);
  nodes.push(makeNode('Gather', [scales.name, flat], [scaleRows], { axis: 0 }));
  const centred = pass.fresh(data.name);
  const scaled = pass.fresh(data.name);
  nodes.push(makeNode('Sub', [values, zero], [centred]));
  nodes.push(makeNode('Mul', [centred, inBlocks(scaleRows)], [scaled]));
  const shape = pass.fresh(node.inputs[1]!);
  const target = pass.fresh(node.inputs[1]!);
  const width = pass.addConstant(int64Tensor(`rewrite/width_${k}`, [k]));
  nodes.push(
    makeNode('Shape', [node.inputs[1]!], [shape]),
    makeNode('Concat', [shape, width], [target], { axis: 0 }),
    makeNode('Reshape', [scaled, target], [node.outputs[0]!]),
  );
  return nodes;
}

/** Rewrites every GatherBlockQuantized that gathers whole rows of a 2-D table. @returns how many */
export function rewriteGathers(pass: Pass): number {
  let count = 0;
  for (const node of pass.graph.nodes) {
    if (!isOp(node, 'GatherBlockQuantized', MICROSOFT)) continue;
    const table = quantizedTable(pass, node);
    if (!table) continue;
    pass.replace(node, (table.isOurs ? gatherNodes : standardNodes)(pass, node, table));
    count++;
  }
  return count;
}
