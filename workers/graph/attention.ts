// Creates attention nodes for the custom operator (workers/operators).

import { HEAD_CHUNK_BYTES } from '../operators/attention-rows.ts';
import { DOMAIN } from '../operators/names.ts';
import { makeNode, type Pass } from './edit.ts';
import { bytesOf, DataType, floatTensor, type Node } from './onnx.ts';

/** The size of a head must be a multiple of this. */
export const HEAD_STEP = HEAD_CHUNK_BYTES / 4;

interface Inputs {
  query: string;
  key: string;
  value: string;
  /** '' means no mask. */
  mask: string;
  scale: number;
  heads: number;
}

/** @param operator one of ATTENTION_OPERATORS */
export function attentionNode(
  pass: Pass,
  operator: string,
  { query, key, value, mask, scale, heads }: Inputs,
  output: string,
): Node {
  const data = new Int32Array(2);
  new Float32Array(data.buffer)[0] = scale;
  data[1] = heads;
  const parameters = pass.addConstant({
    name: `rewrite/attention_${scale}_${heads}`,
    dims: [2],
    type: DataType.int32,
    data: bytesOf(data),
  });
  const none = () => pass.addConstant(floatTensor('rewrite/no_mask', [1, 1, 1, 1], Float32Array.of(0)));
  const inputs = [query, key, value, mask || none(), parameters];
  return makeNode(operator, inputs, [output, pass.fresh(output)], {}, DOMAIN);
}
