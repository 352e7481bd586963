// MatMulNBits → int8 weights with a scale an output channel, activations quantised by row as they come.

import { makeNode, type Pass } from './edit.ts';
import {
  bytesOf,
  DataType,
  float32Array,
  floatTensor,
  int64Tensor,
  intAttribute,
  isOp,
  MICROSOFT,
  type Node,
} from './onnx.ts';
import { type BlockQuantized, toInt8PerChannel } from './quantize.ts';

/** The quantised weights of a MatMulNBits node, where it is of a form that can be rewritten. */
function blockQuantized(pass: Pass, node: Node): BlockQuantized | undefined {
  if (!isOp(node, 'MatMulNBits', MICROSOFT)) return undefined;
  const [, b, s, z, groups] = node.inputs;
  const packed = pass.constant(b);
  const scales = pass.constant(s);
  const zeroPoints = pass.constant(z);
  const bits = intAttribute(node, 'bits', 4);
  if (!packed || scales?.type !== DataType.float || groups || (z && !zeroPoints)) return undefined;
  if (bits !== 4 && bits !== 8) return undefined;
  if (zeroPoints && zeroPoints.type !== DataType.uint8 && zeroPoints.type !== DataType.float)
    return undefined;
  return {
    packed: packed.data,
    scales: float32Array(scales),
    zeroPoints: zeroPoints?.type === DataType.float ? float32Array(zeroPoints) : zeroPoints?.data,
    n: intAttribute(node, 'N', 0),
    k: intAttribute(node, 'K', 0),
    bits,
    blockSize: intAttribute(node, 'block_size', 32),
  };
}

export interface Weights {
  weights: string;
  /** Already divided by 127, the largest quantised activation. */
  scales: string;
}

/** Activations as uint8 with zero point 128, scaled so that the largest magnitude of each row becomes 127. */
interface QuantizedRows {
  /** [.., rows, k]; with `fine`, [.., 2 · rows, k]: the rows, then what their rounding left over, 254 times as large. */
  values: string;
  fine: boolean;
  /** [.., 1]: the largest magnitude of each row. */
  largest: string;
}

const LARGEST = 'rewrite/127';
const FINE = 'rewrite/127/254';
const LEFT_OVER = 'rewrite/254';
const ZERO_POINT = 'rewrite/zero_point';
const ONE = 'rewrite/one';

function addSharedConstants(pass: Pass): void {
  pass.addConstant(floatTensor(LARGEST, [], Float32Array.of(1 / 127)));
  pass.addConstant(floatTensor(ONE, [], Float32Array.of(1)));
  pass.addConstant(floatTensor(FINE, [], Float32Array.of(1 / 127 / 254)));
  pass.addConstant(floatTensor(LEFT_OVER, [], Float32Array.of(1 / 254)));
  pass.addConstant({ name: ZERO_POINT, dims: [], type: DataType.uint8, data: Uint8Array.of(128) });
}

/**
 * A row of zeros has no scale (0 / 0): whatever it is quantised to, the product is multiplied by its largest magnitude, 0.
 *
 * @param fine for rows in which single channels are huge and the others matter all the same: 16 bits in two halves
 */
function quantizeRows(
  pass: Pass,
  input: string,
  opset: number,
  fine: boolean,
): { nodes: Node[]; rows: QuantizedRows } {
  const [magnitude, largest, unit, coarse] = fresh(pass, input);
  let reduce: Node;
  if (opset >= 18) {
    const axes = 'rewrite/last_axis';
    pass.addConstant(int64Tensor(axes, [-1]));
    reduce = makeNode('ReduceMax', [magnitude, axes], [largest], { keepdims: 1 });
  } else reduce = makeNode('ReduceMax', [magnitude], [largest], { axes: [-1], keepdims: 1 });
  const nodes = [
    makeNode('Abs', [input], [magnitude]),
    reduce,
    makeNode('Div', [input, largest], [unit]),
    makeNode('QuantizeLinear', [unit, LARGEST, ZERO_POINT], [coarse]),
  ];
  if (!fine) return { nodes, rows: { values: coarse, fine, largest } };
  const [rounded, rest, restValues, values] = fresh(pass, input);
  nodes.push(
    makeNode('DequantizeLinear', [coarse, LARGEST, ZERO_POINT], [rounded]),
    makeNode('Sub', [unit, rounded], [rest]),
    makeNode('QuantizeLinear', [rest, FINE, ZERO_POINT], [restValues]),
    makeNode('Concat', [coarse, restValues], [values], { axis: -2 }),
  );
  return { nodes, rows: { values, fine, largest } };
}

/** Four new names. */
function fresh(pass: Pass, like: string): [string, string, string, string] {
  return [pass.fresh(like), pass.fresh(like), pass.fresh(like), pass.fresh(like)];
}

/** The inner activations of a gated MLP: a product of two projections, with outliers that 8 bits a row do not cover. */
function isGated(pass: Pass, input: string): boolean {
  const product = pass.producer(input);
  return product?.opType === 'Mul' && !product.inputs.some((name) => pass.constant(name));
}

/** Output channels kept together for a product with one row: consecutive in memory, so that it streams. */
const TILE = 64;

/**
 * Rewrites every MatMulNBits of a graph. `oneRow` is a node known to get one row a batch entry (the vocabulary's
 * projection when only the next token is wanted).
 *
 * @returns how many were rewritten, after yielding to `pause` between them.
 */
export async function rewriteMatMuls(
  pass: Pass,
  { opset, oneRow, release, pause }: MatMulOptions,
): Promise<number> {
  const products = pass.graph.nodes.filter((node) => blockQuantized(pass, node));
  if (products.length) addSharedConstants(pass);

  const quantized = new Map<string, QuantizedRows>();
  const converted = new Map<string, Weights>();
  for (const node of products) {
    const source = blockQuantized(pass, node)!;
    const [input, packed, scales, zeroPoints, , bias] = node.inputs as [string, string, string, ...string[]];
    let rows = quantized.get(input);
    if (!rows) {
      const made = quantizeRows(pass, input, opset, node !== oneRow && isGated(pass, input));
      rows = made.rows;
      quantized.set(input, rows);
      pass.insertBefore(node, made.nodes);
    }

    const tiled = node === oneRow && source.n % TILE === 0;
    let weights = converted.get(packed);
    if (!weights) {
      weights = convert(pass, packed, source, tiled ? TILE : source.n);
      converted.set(packed, weights);
    }
    for (const name of [packed, scales, zeroPoints]) if (name) release(name, node);
    const product = tiled
      ? tiledProduct(pass, rows, weights, source)
      : plainProduct(pass, rows, weights, opset);
    const nodes = product.nodes;
    const output = node.outputs[0]!;
    const scaled = bias ? pass.fresh(output) : output;
    nodes.push(makeNode('Mul', [product.output, rows.largest], [scaled]));
    if (bias) nodes.push(makeNode('Add', [scaled, bias], [output]));
    pass.replace(node, nodes);
    await pause();
  }
  return products.length;
}

export interface MatMulOptions {
  /** Version of ONNX's own operator set. */
  opset: number;
  oneRow: Node | undefined;
  /** Says that `node` no longer reads the constant. */
  release(name: string, node: Node): void;
  pause(): Promise<void>;
}

function convert(pass: Pass, name: string, source: BlockQuantized, tile: number): Weights {
  const { weights, scales } = toInt8PerChannel(source, tile);
  for (let i = 0; i < scales.length; i++) scales[i]! /= 127;
  const tiled = tile !== source.n;
  const tiles = source.n / tile;
  return {
    weights: pass.addConstant({
      name: `${name}/int8`,
      dims: tiled ? [tiles, source.k, tile] : [source.k, source.n],
      type: DataType.int8,
      data: bytesOf(weights),
    }),
    scales: pass.addConstant(floatTensor(`${name}/scale`, tiled ? [tiles, 1, tile] : [source.n], scales)),
  };
}

function plainProduct(pass: Pass, rows: QuantizedRows, { weights, scales }: Weights, opset: number) {
  const output = pass.fresh(rows.values);
  if (!rows.fine) return { nodes: [integerProduct(rows.values, weights, scales, output)], output };
  const [both, coarse, fine, rest] = fresh(pass, rows.values);
  const nodes = [
    integerProduct(rows.values, weights, scales, both),
    makeNode('Split', [both], [coarse, fine], opset >= 18 ? { axis: -2, num_outputs: 2 } : { axis: -2 }),
    makeNode('Mul', [fine, LEFT_OVER], [rest]),
    makeNode('Add', [coarse, rest], [output]),
  ];
  return { nodes, output };
}

/** [batch, 1, k] × tiles [n / 64, k, 64] → [batch, 1, n] */
function tiledProduct(
  pass: Pass,
  rows: QuantizedRows,
  { weights, scales }: Weights,
  { n, k }: BlockQuantized,
) {
  const [flat, tiles, turned, output] = fresh(pass, rows.values);
  const flatShape = pass.addConstant(int64Tensor(`${weights}/input_shape`, [1, -1, k]));
  const shape = pass.addConstant(int64Tensor(`${weights}/output_shape`, [-1, 1, n]));
  const nodes = [
    makeNode('Reshape', [rows.values, flatShape], [flat]),
    integerProduct(flat, weights, scales, tiles),
    makeNode('Transpose', [tiles], [turned], { perm: [1, 0, 2] }),
    makeNode('Reshape', [turned, shape], [output]),
  ];
  return { nodes, output };
}

const integerProduct = (values: string, weights: string, scales: string, output: string): Node =>
  makeNode('MatMulIntegerToFloat', [values, weights, ONE, scales, ZERO_POINT], [output], {}, MICROSOFT);
