// Fuses x · (1 + erf(x / √2)) / 2, in any order of multiplication, into FastGelu, including its bias.
// FastGelu's tanh form is within 5e-4 of the exact one, far below a step of the int8 activations it feeds, and 3 times as fast on WASM.

import { makeNode, type Pass } from '../edit.ts';
import { isOp, MICROSOFT, type Node } from '../onnx.ts';
import { near, unbiased, unscaled, withScalar } from './match.ts';

/** The x for which `node` computes `1 + erf(x / √2)`. */
function errorBranch(pass: Pass, name: string): string | undefined {
  const plusOne = withScalar(pass, pass.producer(name), 'Add');
  if (plusOne?.[1] !== 1) return undefined;
  const erf = pass.producer(plusOne[0]);
  if (!isOp(erf, 'Erf')) return undefined;
  const [x, factor] = unscaled(pass, erf.inputs[0]!);
  return near(factor, Math.SQRT1_2) ? x : undefined;
}

/** The argument of GELU, if `node` is its last operator. */
function geluArgument(pass: Pass, node: Node): string | undefined {
  if (isOp(node, 'Gelu') || isOp(node, 'Gelu', MICROSOFT)) return node.inputs[0];
  if (!isOp(node, 'Mul')) return undefined;
  const half = withScalar(pass, node, 'Mul');
  // (x · (1 + erf)) · ½
  const product = half?.[1] === 0.5 ? pass.producer(half[0]) : undefined;
  const [a, b] = (product ?? node).inputs as [string, string];
  for (const [value, branch] of [
    [a, b],
    [b, a],
  ] as const) {
    const x = errorBranch(pass, branch);
    if (x === undefined) continue;
    if (product) return value === x ? x : undefined;
    // (x · ½) · (1 + erf)
    const [argument, factor] = unscaled(pass, value);
    if (argument === x && factor === 0.5) return x;
  }
  return undefined;
}

/** @returns the number of fused activations */
export function fuseGelu(pass: Pass): number {
  let count = 0;
  for (const node of pass.graph.nodes) {
    const x = geluArgument(pass, node);
    if (x === undefined) continue;
    const inputs = unbiased(pass, x) ?? [x];
    pass.replace(node, [makeNode('FastGelu', [...inputs], node.outputs, {}, MICROSOFT)]);
    count++;
  }
  return count;
}
