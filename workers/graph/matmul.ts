// MatMulNBits → custom operators (workers/operators): rows are quantized once for all matmuls that read them; weights stay in 4 bits.

import { BLOCK } from '../operators/layout.ts';
import { DOMAIN, MATMUL_QUANTIZED, QUANTIZE } from '../operators/names.ts';
import { type BlockQuantized, packWeights } from '../operators/pack.ts';
import { makeNode, type Pass } from './edit.ts';
import { DataType, float32Array, intAttribute, isOp, MICROSOFT, type Node } from './onnx.ts';

/** The quantized weights of a MatMulNBits node; undefined if it cannot be rewritten. */
function blockQuantized(pass: Pass, node: Node): BlockQuantized | undefined {
  if (!isOp(node, 'MatMulNBits', MICROSOFT)) return undefined;
  const [, b, s, z, groups, c] = node.inputs;
  const packed = pass.constant(b);
  const scales = pass.constant(s);
  const zeroPoints = pass.constant(z);
  const bias = pass.constant(c);
  const bits = intAttribute(node, 'bits', 4);
  const [n, k] = [intAttribute(node, 'N', 0), intAttribute(node, 'K', 0)];
  const blockSize = intAttribute(node, 'block_size', 32);
  if (!packed || scales?.type !== DataType.float || groups) return undefined;
  if ((z && zeroPoints?.type !== DataType.uint8) || (c && bias?.type !== DataType.float)) return undefined;
  if ((bits !== 4 && bits !== 8) || k % BLOCK !== 0 || blockSize % BLOCK !== 0) return undefined;
  return {
    packed: packed.data,
    scales: float32Array(scales),
    zeroPoints: zeroPoints?.data,
    bias: bias && float32Array(bias),
    n,
    k,
    bits,
    blockSize,
  };
}

/** Makes the node that quantizes the rows of `input`, fused with a preceding activation if there is one. */
function quantizer(pass: Pass, input: string, output: string): Node {
  const make = (source: keyof typeof QUANTIZE, inputs: string[]) =>
    makeNode(QUANTIZE[source], inputs, [output], {}, DOMAIN);
  const producer = pass.producer(input);
  if (isOp(producer, 'FastGelu', MICROSOFT) && producer.inputs.length === 1)
    return make('gelu', producer.inputs);
  if (isOp(producer, 'Mul')) {
    const [a, b] = producer.inputs as [string, string];
    for (const [activated, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const gate = siluArgument(pass, activated);
      if (gate !== undefined && !pass.constant(other)) return make('gated', [gate, other]);
    }
  }
  return make('plain', [input]);
}

/** The x of x · σ(x). */
function siluArgument(pass: Pass, name: string): string | undefined {
  const product = pass.producer(name);
  if (!isOp(product, 'Mul')) return undefined;
  return product.inputs.find((input) =>
    product.inputs.some((other) => {
      const sigmoid = pass.producer(other);
      return isOp(sigmoid, 'Sigmoid') && sigmoid.inputs[0] === input;
    }),
  );
}

export interface MatMulOptions {
  /** Called when `node` no longer reads the constant. */
  release(name: string, node: Node): void;
  pause(): Promise<void>;
}

/**
 * Rewrites the MatMulNBits nodes of a graph that have 4 or 8 bits, block sizes that are multiples of 32, and zero points as bytes or none.
 *
 * @returns their number. Awaits `pause` between them.
 */
export async function rewriteMatMuls(pass: Pass, { release, pause }: MatMulOptions): Promise<number> {
  const quantized = new Map<string, string>();
  const known = new Map<string, string>();
  let count = 0;
  for (const node of pass.graph.nodes) {
    const source = blockQuantized(pass, node);
    if (!source) continue;
    const [input, packed, scales, zeroPoints] = node.inputs as [string, string, string, ...string[]];
    let rows = quantized.get(input);
    if (!rows) {
      rows = pass.fresh(input);
      quantized.set(input, rows);
      pass.insertBefore(node, [quantizer(pass, input, rows)]);
    }
    const key = `${packed} ${node.inputs[5] ?? ''}`;
    const weights = known.get(key) ?? addWeights(pass, packed, source);
    known.set(key, weights);
    for (const name of [packed, scales, zeroPoints]) if (name) release(name, node);
    pass.replace(node, [makeNode(MATMUL_QUANTIZED, [rows, weights], node.outputs, {}, DOMAIN)]);
    count++;
    await pause();
  }
  return count;
}

function addWeights(pass: Pass, name: string, source: BlockQuantized): string {
  const data = packWeights(source);
  return pass.addConstant({ name: pass.fresh(name), dims: [data.length], type: DataType.uint8, data });
}
