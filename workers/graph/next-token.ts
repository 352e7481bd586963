// Greedy selection of the next token inside the graph, so that it outputs a few bytes instead of the logits of the whole vocabulary.

import { makeNode, type Pass } from './edit.ts';
import { DataType, floatTensor, int64Tensor, MICROSOFT, type Node } from './onnx.ts';

export const LOGITS = 'logits';
const NEXT_TOKEN = 'next_token';

/** Operators that are pointwise along the sequence if their other input is constant or absent. */
const POINTWISE = new Set(['Cast', 'Mul', 'Div', 'Add', 'Sub', 'Tanh', 'Clip']);
const PROJECTIONS = ['MatMulNBits', 'MatMul', 'MatMulIntegerToFloat', 'DynamicQuantizeMatMul'];

/** The vocabulary projection that produces `name`, looking through pointwise operators. */
function projection(pass: Pass, name: string): Node | undefined {
  const node = pass.producer(name);
  if (!node || pass.consumers(name).length > 1) return undefined;
  if (PROJECTIONS.includes(node.opType)) {
    const weights = node.inputs[1]!;
    const constant = pass.constant(weights) ?? pass.constant(pass.producer(weights)?.inputs[0]);
    return constant && (node.opType === 'MatMul' || node.domain === MICROSOFT) ? node : undefined;
  }
  if (!POINTWISE.has(node.opType)) return undefined;
  const variable = node.inputs.filter((input) => input && !pass.constant(input));
  return variable.length === 1 ? projection(pass, variable[0]!) : undefined;
}

/** A divisor of `size` near its square root; undefined if there is no useful one. */
function rowCount(size: number): number | undefined {
  for (let count = Math.floor(Math.sqrt(size)); count >= 16; count--) if (size % count === 0) return count;
  return undefined;
}

/**
 * The index of the largest score, the first one if several are equal. A GPU reduces each row with one thread and has no 64-bit
 * arithmetic, so the vocabulary is split into rows, and indices are floats (exact up to 2^24) until the last step.
 */
function parallelArgMax(pass: Pass, scores: string, vocabulary: number, rows: number, opset: number): Node[] {
  const nodes: Node[] = [];
  const emit = (opType: string, inputs: string[], attributes = {}, to = pass.fresh(NEXT_TOKEN)): string => {
    nodes.push(makeNode(opType, inputs, [to], attributes));
    return to;
  };
  const constant = (...values: number[]) =>
    pass.addConstant(int64Tensor(`rewrite/int64_${values.join('_')}`, values));
  // Along the last axis only: the runtime transposes before any other.
  const reduce = (opType: string, name: string, axis: number, keepdims: number) =>
    opset >= 18
      ? emit(opType, [name, constant(axis)], { keepdims })
      : emit(opType, [name], { axes: [axis], keepdims });
  const width = vocabulary / rows;
  const counted = Float32Array.from({ length: vocabulary }, (_, i) => i);
  const ids = pass.addConstant(floatTensor('rewrite/ids', [rows, width], counted));
  const none = pass.addConstant(floatTensor('rewrite/no_id', [], Float32Array.of(vocabulary)));

  const table = emit('Reshape', [scores, constant(-1, rows, width)]);
  const largest = reduce('ReduceMax', reduce('ReduceMax', table, 2, 0), 1, 1);
  const everywhere = emit('Reshape', [largest, constant(-1, 1, 1)]);
  const found = emit('Where', [emit('Equal', [table, everywhere]), ids, none]);
  const first = reduce('ReduceMin', reduce('ReduceMin', found, 2, 0), 1, 1);
  emit('Cast', [first], { to: DataType.int64 }, NEXT_TOKEN);
  return nodes;
}

function slice(pass: Pass, from: string, to: string): Node {
  const constant = (value: number) => pass.addConstant(int64Tensor(`rewrite/int64_${value}`, [value]));
  return makeNode('Slice', [from, constant(-1), constant(2 ** 31 - 1), constant(1)], [to]);
}

/**
 * Replaces the output `logits` [batch, sequence, vocabulary] by `next_token` (int64 [batch, 1]). Only the last position
 * goes through the vocabulary projection. With `keepLogits` both are outputs and `logits` covers all positions. `parallel` suits devices
 * that reduce rows in parallel.
 *
 * @throws when the graph has no output `logits`.
 */
export function appendNextToken(
  pass: Pass,
  { keepLogits, parallel, opset }: { keepLogits: boolean; parallel: boolean; opset: number },
): void {
  const { graph } = pass;
  if (graph.outputs.some(({ name }) => name === NEXT_TOKEN)) return;
  const logits = graph.outputs.find(({ name }) => name === LOGITS);
  if (!logits) throw new Error(`The graph has no output '${LOGITS}' to choose the next token from`);
  const head = keepLogits ? undefined : projection(pass, LOGITS);
  const last = graph.nodes.at(-1)!;
  const tail: Node[] = [];
  let scores = LOGITS;
  if (head) {
    const hidden = head.inputs[0]!;
    const lastHidden = pass.fresh(hidden);
    pass.insertBefore(head, [slice(pass, hidden, lastHidden)]);
    head.inputs[0] = lastHidden;
  } else {
    scores = pass.fresh(LOGITS);
    tail.push(slice(pass, LOGITS, scores));
  }
  const vocabulary = logits.shape?.[2];
  const rows = parallel && typeof vocabulary === 'number' ? rowCount(vocabulary) : undefined;
  if (rows) tail.push(...parallelArgMax(pass, scores, vocabulary as number, rows, opset));
  else tail.push(makeNode('ArgMax', [scores], [NEXT_TOKEN], { axis: -1, keepdims: 0 }));
  pass.replace(last, [last, ...tail]);
  const chosen = { name: NEXT_TOKEN, type: DataType.int64, shape: [logits.shape?.[0] ?? '', 1] };
  graph.outputs = [chosen, ...graph.outputs.filter((output) => keepLogits || output !== logits)];
}
