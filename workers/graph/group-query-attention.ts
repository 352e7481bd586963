// GroupQueryAttention. Its WASM kernel works key by key and takes 20 times as long for 200 tokens as this rewrite.

import { ATTENTION_OPERATORS } from '../operators/names.ts';
import { attentionNode, HEAD_STEP } from './attention.ts';
import { type Positions, positions } from './causal-mask.ts';
import { makeNode, type Pass } from './edit.ts';
import { DataType, floatAttribute, int64Tensor, intAttribute, isOp, MICROSOFT, type Node } from './onnx.ts';

interface Attention {
  /** Query, key and value: separate [batch, sequence, heads · size], or all in the first. */
  query: string;
  key: string;
  value: string;
  pastKey: string;
  pastValue: string;
  cos: string;
  sin: string;
  heads: number;
  keyHeads: number;
  size: number;
  window: number;
}

/** Inputs after the rotary caches: explicit positions, a bias, sinks, scales of a quantized cache. */
const FIRST_UNSUPPORTED_INPUT = 9;

function attentionOf(pass: Pass, node: Node): Attention | undefined {
  if (!isOp(node, 'GroupQueryAttention', MICROSOFT)) return undefined;
  const [query = '', key = '', value = '', pastKey = '', pastValue = '', , , cos = '', sin = ''] =
    node.inputs;
  const past = pass.graph.inputs.find(({ name }) => name === pastKey);
  const size = past?.shape?.[3];
  const special =
    node.inputs.slice(FIRST_UNSUPPORTED_INPUT).some((name) => name !== '') ||
    node.outputs.length > 3 ||
    floatAttribute(node, 'softcap', 0) !== 0 ||
    intAttribute(node, 'smooth_softmax', 0) === 1 ||
    intAttribute(node, 'qk_output', 0) !== 0;
  if (
    special ||
    past?.type !== DataType.float ||
    !pastValue ||
    typeof size !== 'number' ||
    size % HEAD_STEP !== 0 ||
    (key === '') !== (value === '')
  ) {
    return undefined;
  }
  const rotary = intAttribute(node, 'do_rotary', 0) === 1;
  // Partial or interleaved rotation is not supported.
  if (
    rotary &&
    (pass.constant(cos)?.dims[1] !== size / 2 || intAttribute(node, 'rotary_interleaved', 0) === 1)
  ) {
    return undefined;
  }
  return {
    query,
    key,
    value,
    pastKey,
    pastValue,
    cos: rotary ? cos : '',
    sin: rotary ? sin : '',
    heads: intAttribute(node, 'num_heads', 0),
    keyHeads: intAttribute(node, 'kv_num_heads', 0),
    size,
    window: intAttribute(node, 'local_window_size', -1),
  };
}

function decompose(pass: Pass, node: Node, attention: Attention, shared: Positions): Node[] {
  const { query, key, value, heads, keyHeads, size, cos, sin } = attention;
  const [output, presentKey, presentValue] = node.outputs as [string, string, string];
  const nodes: Node[] = [];
  const emit = (
    opType: string,
    inputs: string[],
    attributes = {},
    domain = '',
    to = pass.fresh(output),
  ): string => {
    nodes.push(makeNode(opType, inputs, [to], attributes, domain));
    return to;
  };
  const shape = (...sizes: number[]) =>
    pass.addConstant(int64Tensor(`rewrite/vector_${sizes.join('_')}`, sizes));
  /** [batch, sequence, count · size] → [batch, count, sequence, size] */
  const split = (name: string, count: number) =>
    emit('Transpose', [emit('Reshape', [name, shape(0, 0, count, size)])], { perm: [0, 2, 1, 3] });
  const rotate = (name: string) =>
    cos ? emit('RotaryEmbedding', [name, shared.ids, cos, sin], {}, MICROSOFT) : name;

  let parts: string[];
  if (key) parts = [split(query, heads), split(key, keyHeads), split(value, keyHeads)];
  else {
    parts = [query, query, query].map((name) => pass.fresh(name));
    const packed = split(query, heads + 2 * keyHeads);
    nodes.push(makeNode('Split', [packed, shape(heads, keyHeads, keyHeads)], parts, { axis: 1 }));
  }
  const [q, k, v] = parts as [string, string, string];
  const keys = emit('Concat', [attention.pastKey, rotate(k)], { axis: 2 }, '', presentKey);
  const values = emit('Concat', [attention.pastValue, v], { axis: 2 }, '', presentValue);
  const scale = floatAttribute(node, 'scale', 0) || 1 / Math.sqrt(size);
  const inputs = { query: rotate(q), key: keys, value: values, mask: shared.mask(attention.window) };
  nodes.push(attentionNode(pass, ATTENTION_OPERATORS.bnsh, { ...inputs, scale, heads }, output));
  return nodes;
}

/** Rewrites every GroupQueryAttention whose cache is a graph input. @returns their number */
export function rewriteGroupQueryAttention(pass: Pass, opset: number): number {
  // Earlier opsets define Split and Softmax differently.
  if (opset < 13) return 0;
  let count = 0;
  let shared: Positions | undefined;
  const common: Node[] = [];
  let first: Node | undefined;
  for (const node of pass.graph.nodes) {
    const attention = attentionOf(pass, node);
    if (!attention) continue;
    first ??= node;
    shared ??= positions(pass, attention.query, attention.pastKey, common);
    pass.replace(node, decompose(pass, node, attention, shared));
    count++;
  }
  if (first) pass.insertBefore(first, common);
  return count;
}
