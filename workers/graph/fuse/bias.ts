// Fuses a constant vector that is added to a MatMulNBits into its bias input.

import type { Pass } from '../edit.ts';
import { intAttribute, isOp, MICROSOFT } from '../onnx.ts';

const SCALES = 2;
const BIAS = 5;

/** @returns the number of fused biases */
export function fuseBias(pass: Pass): number {
  let count = 0;
  for (const node of pass.graph.nodes) {
    if (!isOp(node, 'MatMulNBits', MICROSOFT) || node.inputs[BIAS]) continue;
    const [product] = node.outputs as [string];
    const add = pass.onlyConsumer(product);
    if (!isOp(add, 'Add')) continue;
    const name = add.inputs.find((input) => input !== product);
    const vector = pass.constant(name);
    const isSame = vector && vector.type === pass.constant(node.inputs[SCALES])?.type;
    if (!name || !isSame || vector.dims.join() !== `${intAttribute(node, 'N', 0)}`) continue;
    const inputs = Array.from({ length: BIAS }, (_, i) => node.inputs[i] ?? '');
    pass.replace(node, [{ ...node, inputs: [...inputs, name], outputs: add.outputs }]);
    pass.replace(add, []);
    count++;
  }
  return count;
}
