// MatMulNBits → our own operators (workers/operators): rows quantised once for all products that read them, 4-bit weights as they are.

import { GRANULE } from '../operators/layout.ts';
import { DOMAIN, MULTIPLY_QUANTIZED, QUANTIZE_ROWS } from '../operators/link.ts';
import { type BlockQuantized, packWeights } from '../operators/pack.ts';
import { makeNode, type Pass } from './edit.ts';
import { DataType, float32Array, intAttribute, isOp, MICROSOFT, type Node } from './onnx.ts';

/** The quantised weights of a MatMulNBits node, where it is of a form that can be rewritten. */
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
  if ((bits !== 4 && bits !== 8) || k % GRANULE !== 0 || blockSize % GRANULE !== 0) return undefined;
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

function addWeights(pass: Pass, name: string, source: BlockQuantized): string {
  const data = packWeights(source);
  return pass.addConstant({ name: pass.fresh(name), dims: [data.length], type: DataType.uint8, data });
}

export interface MatMulOptions {
  /** Says that `node` no longer reads the constant. */
  release(name: string, node: Node): void;
  pause(): Promise<void>;
}

/**
 * Rewrites the MatMulNBits of a graph: 4 or 8 bits, blocks of a multiple of 32, zero points as bytes or none.
 *
 * @returns how many were rewritten, after yielding to `pause` between them.
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
      pass.insertBefore(node, [makeNode(QUANTIZE_ROWS, [input], [rows], {}, DOMAIN)]);
    }
    const key = `${packed} ${node.inputs[5] ?? ''}`;
    const weights = known.get(key) ?? addWeights(pass, packed, source);
    known.set(key, weights);
    for (const name of [packed, scales, zeroPoints]) if (name) release(name, node);
    pass.replace(node, [makeNode(MULTIPLY_QUANTIZED, [rows, weights], node.outputs, {}, DOMAIN)]);
    count++;
    await pause();
  }
  return count;
}
