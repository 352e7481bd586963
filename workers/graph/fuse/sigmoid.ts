// Fuses x · sigmoid(x · α) into QuickGelu: SiLU, where α is 1, and CLIP's activation, where it is 1.702.

import { makeNode, type Pass } from '../edit.ts';
import { isOp, MICROSOFT } from '../onnx.ts';
import { unscaled } from './match.ts';

/** @returns the number of fused activations */
export function fuseSigmoid(pass: Pass): number {
  let count = 0;
  for (const node of pass.graph.nodes) {
    if (!isOp(node, 'Mul')) continue;
    const [a, b] = node.inputs as [string, string];
    const factor = slope(pass, a, b) ?? slope(pass, b, a);
    if (!factor) continue;
    const attributes = { alpha: { float: factor.alpha } };
    pass.replace(node, [makeNode('QuickGelu', [factor.x], node.outputs, attributes, MICROSOFT)]);
    count++;
  }
  return count;
}

/** α, if `gate` is sigmoid(x · α). */
function slope(pass: Pass, x: string, gate: string): { x: string; alpha: number } | undefined {
  const sigmoid = pass.producer(gate);
  if (!isOp(sigmoid, 'Sigmoid')) return undefined;
  const [argument] = sigmoid.inputs as [string];
  if (argument === x) return { x, alpha: 1 };
  const [value, alpha] = unscaled(pass, argument);
  return value === x ? { x, alpha } : undefined;
}
