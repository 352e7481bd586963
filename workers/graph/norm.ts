// SkipLayerNormalization → a custom operator (workers/operators).

import { DOMAIN, SKIP_LAYER_NORM } from '../operators/names.ts';
import { packNorm } from '../operators/norm.ts';
import { makeNode, type Pass } from './edit.ts';
import { wholeHidden } from './fuse/norm.ts';
import { DataType, float32Array, floatAttribute, floatTensor, isOp, MICROSOFT } from './onnx.ts';

/** @returns the number of rewritten nodes */
export function rewriteNorms(pass: Pass): number {
  let count = 0;
  for (const node of pass.graph.nodes) {
    if (!isOp(node, 'SkipLayerNormalization', MICROSOFT) || node.inputs[4]) continue;
    const [input, skip, gain, offset] = node.inputs as [string, string, string, string?];
    const [normalized, mean, deviation, sum] = node.outputs as [string, string?, string?, string?];
    if (mean || deviation || !wholeHidden(pass, input) || !wholeHidden(pass, skip)) continue;
    const [gains, offsets] = [pass.constant(gain), pass.constant(offset)];
    if (gains?.type !== DataType.float || offsets?.type !== DataType.float) continue;
    const epsilon = floatAttribute(node, 'epsilon', 1e-5);
    const parameters = packNorm(epsilon, float32Array(gains), float32Array(offsets));
    if (parameters.length % 8 !== 4) continue;
    const name = pass.addConstant(floatTensor(pass.fresh(gain), [parameters.length], parameters));
    const outputs = sum ? [sum, normalized] : [normalized];
    const operator = outputs.length > 1 ? SKIP_LAYER_NORM.withSum : SKIP_LAYER_NORM.plain;
    pass.replace(node, [makeNode(operator, [input, skip, name], outputs, {}, DOMAIN)]);
    count++;
  }
  return count;
}
