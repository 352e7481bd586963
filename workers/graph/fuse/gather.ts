// Fuses the gathering and unpacking of 4-bit rows by standard operators, as exported for runtimes without GatherBlockQuantized, into that
// operator.

import { makeNode, type Pass } from '../edit.ts';
import { DataType, intAttribute, isOp, MICROSOFT, type Node, numbers, type Tensor } from '../onnx.ts';
import { unscaled, withScalar } from './match.ts';

/** Rows of a constant table. */
interface Gathered {
  /** The table as a matrix; `name` is that of its value in the graph. */
  table: Tensor;
  indices: string;
}

/** The rows that are gathered of a constant; where a matmul shares it, each row is in blocks. */
function gathered(pass: Pass, value: string): Gathered | undefined {
  const node = pass.producer(value);
  if (!isOp(node, 'Gather') || intAttribute(node, 'axis', 0) !== 0) return undefined;
  const [name, indices] = node.inputs as [string, string];
  const table = pass.constant(name);
  if (!table || table.dims.length < 2) return undefined;
  const [rows, ...row] = table.dims as [number, ...number[]];
  return { table: { ...table, name, dims: [rows, row.reduce((a, b) => a * b)] }, indices };
}

/** The name of the matrix: that of the constant if it is one, otherwise of a second view of its bytes. */
function asMatrix(pass: Pass, { table }: Gathered): string {
  if (pass.constant(table.name)?.dims.length === 2) return table.name;
  return pass.addConstant({ ...table, name: `${table.name}/rows` });
}

/** The input of `opType`, if that produces the value. */
function through(pass: Pass, name: string, opType: string): string | undefined {
  const node = pass.producer(name);
  return isOp(node, opType) ? node.inputs[0] : undefined;
}

/** Of a value with one more axis at its end: the value. */
function widened(pass: Pass, name: string): string | undefined {
  const node = pass.producer(name);
  if (!isOp(node, 'Unsqueeze')) return undefined;
  const axes = pass.constant(node.inputs[1]);
  return axes && numbers(axes).join() === '-1' ? node.inputs[0] : undefined;
}

/** The packed bytes, if `name` is [⌊bytes / 16⌋]. */
function upperHalves(pass: Pass, name: string): string | undefined {
  const shifted = through(pass, name, 'Floor');
  if (shifted === undefined) return undefined;
  const [bytes, factor] = unscaled(pass, shifted);
  return factor === 1 / 16 ? bytes : undefined;
}

/** The table of bytes, and the indices, whose halves `name` holds one after the other, the lower one first, reshaped in some way. */
function unpacked(pass: Pass, name: string): Gathered | undefined {
  const joined = pass.producer(through(pass, name, 'Reshape') ?? '');
  if (!isOp(joined, 'Concat') || intAttribute(joined, 'axis', 0) !== -1 || joined.inputs.length !== 2)
    return undefined;
  const [low, high] = joined.inputs.map((part) => widened(pass, part));
  if (low === undefined || high === undefined) return undefined;
  const bytes = upperHalves(pass, high);
  const rest = pass.producer(low);
  if (bytes === undefined || !isOp(rest, 'Sub') || rest.inputs[0] !== bytes) return undefined;
  const aligned = withScalar(pass, pass.producer(rest.inputs[1]!), 'Mul');
  if (aligned?.[0] !== high || aligned[1] !== 16) return undefined;
  const rows = gathered(pass, through(pass, bytes, 'Cast') ?? '');
  return rows?.table.type === DataType.uint8 ? rows : undefined;
}

/** Reshape((values − zero points) · scales) as GatherBlockQuantized. */
function quantizedGather(pass: Pass, node: Node): Node | undefined {
  const scaled = pass.producer(node.inputs[0]!);
  if (!isOp(scaled, 'Mul')) return undefined;
  const [centred, factor] = scaled.inputs as [string, string];
  const difference = pass.producer(centred);
  const scales = gathered(pass, widened(pass, factor) ?? '');
  if (!isOp(difference, 'Sub') || scales?.table.type !== DataType.float) return undefined;
  const values = unpacked(pass, difference.inputs[0]!);
  const zeros = unpacked(pass, difference.inputs[1]!);
  if (!values || !zeros) return undefined;
  const { indices } = values;
  if ([scales, zeros].some((other) => other.indices !== indices)) return undefined;
  const [rows, bytes] = values.table.dims as [number, number];
  const blocks = scales.table.dims[1]!;
  const size = (2 * bytes) / blocks;
  const shape = pass.constant(node.inputs[1]);
  const fits =
    Number.isInteger(size) &&
    size >= 16 &&
    [scales, zeros].every(({ table }) => table.dims[0] === rows) &&
    2 * zeros.table.dims[1]! === blocks;
  // The indices' shape and the row's width.
  const entries = shape ? numbers(shape) : [];
  if (!fits || entries.pop() !== 2 * bytes || entries.some((entry) => entry !== 0)) return undefined;
  const inputs = [asMatrix(pass, values), indices, asMatrix(pass, scales), asMatrix(pass, zeros)];
  const attributes = { bits: 4, block_size: size, gather_axis: 0, quantize_axis: 1 };
  return makeNode('GatherBlockQuantized', inputs, node.outputs, attributes, MICROSOFT);
}

/** @returns the number of fused gathers */
export function fuseGather(pass: Pass): number {
  let count = 0;
  for (const node of pass.graph.nodes) {
    const fused = isOp(node, 'Reshape') ? quantizedGather(pass, node) : undefined;
    if (!fused) continue;
    pass.replace(node, [fused]);
    count++;
  }
  return count;
}
