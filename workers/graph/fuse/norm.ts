// Fuses LayerNormalization of a sum, and a bias added before it, into SkipLayerNormalization.

import { makeNode, type Pass } from '../edit.ts';
import { floatAttribute, intAttribute, isOp, MICROSOFT } from '../onnx.ts';
import type { Ranks } from '../rank.ts';
import { unbiased } from './match.ts';

/** @returns the number of fused norms */
export function fuseSkipNorm(pass: Pass, ranks: Ranks): number {
  let count = 0;
  /** Sums that a fused norm has as an output. */
  const made = new Set<string>();
  for (const node of pass.graph.nodes) {
    if (!isOp(node, 'LayerNormalization') || node.outputs.length !== 1) continue;
    const [sum, scale, bias] = node.inputs as [string, string, string?];
    const add = pass.producer(sum);
    if (
      !isOp(add, 'Add') ||
      made.has(sum) ||
      !pass.constant(scale) ||
      !bias ||
      intAttribute(node, 'axis', -1) !== -1
    )
      continue;
    const [a, b] = add.inputs as [string, string];
    // SkipLayerNormalization does not broadcast: both inputs must be whole [batch, sequence, hidden] values.
    if (pass.constant(a) || pass.constant(b) || ranks.rank(a) !== 3 || ranks.rank(b) !== 3) continue;
    if (pass.scalar(a) !== undefined || [a, b].some((name) => !wholeHidden(pass, name))) continue;
    const left = unbiased(pass, a);
    const right = left ? undefined : unbiased(pass, b);
    const inputs = left ? [left[0], b] : right ? [right[0], a] : [a, b];
    const extra = (left ?? right)?.[1];
    const epsilon = { float: floatAttribute(node, 'epsilon', 1e-5) };
    const outputs = pass.onlyConsumer(sum) === node ? node.outputs : [node.outputs[0]!, '', '', sum];
    pass.replace(node, [
      makeNode(
        'SkipLayerNormalization',
        [...inputs, scale, bias, extra ?? ''],
        outputs,
        { epsilon },
        MICROSOFT,
      ),
    ]);
    if (outputs.length > 1) {
      pass.replace(add, []);
      made.add(sum);
    }
    count++;
  }
  return count;
}

/** Whether the value is known to come from a matmul or a norm, and thus to have the full width. */
export function wholeHidden(pass: Pass, name: string): boolean {
  const node = pass.producer(name);
  if (!node) return false;
  if (/MatMul|Multiply|Normaliz/.test(node.opType)) return true;
  return node.opType === 'Add' && node.inputs.some((input) => wholeHidden(pass, input));
}
