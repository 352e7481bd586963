// Pools hidden states inside the graph, so that it outputs one vector for each row instead of one for each token.

import { makeNode, type Pass } from './edit.ts';
import { DataType } from './onnx.ts';

/** Input, float32 [batch, 1, sequence]: the weight of each token in the row's vector. */
export const POOL_WEIGHTS = 'pool_weights';
/** Output, float32 [batch, 1, hidden]. */
export const POOLED = 'pooled';

/**
 * Replaces the first of these outputs that the graph has by `pooled`, weighted sums of its rows, if it is float32 [batch, sequence, hidden].
 *
 * @returns whether it did
 */
export function appendPooling({ graph, ...pass }: Pass, names: readonly string[]): boolean {
  const states = names
    .map((name) => graph.outputs.find((output) => output.name === name))
    .find((output) => output !== undefined);
  const last = graph.nodes.at(-1);
  if (!last || states?.type !== DataType.float || states.shape?.length !== 3) return false;
  const [batch = '', sequence = '', hidden = ''] = states.shape;
  pass.replace(last, [last, makeNode('MatMul', [POOL_WEIGHTS, states.name], [POOLED])]);
  graph.inputs.push({ name: POOL_WEIGHTS, type: DataType.float, shape: [batch, 1, sequence] });
  const pooled = { name: POOLED, type: DataType.float, shape: [batch, 1, hidden] };
  graph.outputs = graph.outputs.map((output) => (output === states ? pooled : output));
  return true;
}
