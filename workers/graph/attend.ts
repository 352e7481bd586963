// Attention as an operator of our own (workers/operators).

import { CHUNK_BYTES } from '../operators/attend.ts';
import { DOMAIN } from '../operators/names.ts';
import { makeNode, type Pass } from './edit.ts';
import { bytesOf, DataType, floatTensor, type Node } from './onnx.ts';

/** A head's size is a multiple of this. */
export const HEAD_STEP = CHUNK_BYTES / 4;

interface Inputs {
  query: string;
  key: string;
  value: string;
  /** '' for none. */
  mask: string;
  scale: number;
  heads: number;
}

/** @param operator one of ATTEND */
export function attend(
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
