// Position ids and the causal mask, which all layers of a decoder share: computed once per run.

import { makeNode, type Pass } from './edit.ts';
import { DataType, floatTensor, int64Tensor, type Node } from './onnx.ts';

export interface Positions {
  /** int64 [batch, sequence], the input of the rotary embedding. */
  ids: string;
  /** float [batch, 1, sequence, total]: 0 where a key is visible, otherwise a large negative number. */
  mask(window: number): string;
}

const ATTENTION_MASK = 'attention_mask';

/**
 * Adds the nodes to `nodes`. Keys follow the `past` ones in the cache. Where the graph has an input `attention_mask` [batch, total],
 * keys that it excludes are masked and do not count as positions, so left padding is supported.
 *
 * @param sequence a value [batch, sequence, ..]
 * @param cache a value [batch, heads, past, ..]
 */
export function positions(pass: Pass, sequence: string, cache: string, nodes: Node[]): Positions {
  const emit = (opType: string, inputs: string[], attributes = {}): string => {
    const output = pass.fresh('positions');
    nodes.push(makeNode(opType, inputs, [output], attributes));
    return output;
  };
  const vector = (...values: number[]) =>
    pass.addConstant(int64Tensor(`rewrite/vector_${values.join('_')}`, values));
  const number = (value: number) => pass.addConstant(int64Tensor(`rewrite/number_${value}`, [value], []));
  const size = (value: string, axis: number) =>
    emit('Gather', [emit('Shape', [value]), number(axis)], { axis: 0 });

  const past = size(cache, 2);
  const total = emit('Add', [past, size(sequence, 1)]);
  const queries = emit('Range', [past, total, number(1)]);
  const keys = emit('Range', [number(0), total, number(1)]);
  const column = emit('Reshape', [queries, vector(-1, 1)]);

  const masked = pass.graph.inputs.some(({ name }) => name === ATTENTION_MASK);
  let ids: string;
  let seen: string | undefined;
  if (masked) {
    const mask = emit('Cast', [ATTENTION_MASK], { to: DataType.int64 });
    const counted = emit('Sub', [emit('CumSum', [mask, number(1)]), number(1)]);
    ids = emit('Gather', [emit('Max', [counted, number(0)]), queries], { axis: 1 });
    const flags = emit('Cast', [mask], { to: DataType.bool });
    const shape = emit('Shape', [mask]);
    const batch = emit('Reshape', [emit('Gather', [shape, number(0)], { axis: 0 }), vector(1)]);
    seen = emit('Reshape', [flags, emit('Concat', [batch, vector(1, 1, -1)], { axis: 0 })]);
  } else {
    const row = emit('Reshape', [queries, vector(1, -1)]);
    const batch = emit('Reshape', [size(sequence, 0), vector(1)]);
    ids = emit('Expand', [row, emit('Concat', [batch, vector(1)], { axis: 0 })]);
  }

  const zero = pass.addConstant(floatTensor('rewrite/seen', [], Float32Array.of(0)));
  const never = pass.addConstant(floatTensor('rewrite/unseen', [], Float32Array.of(-3e38)));
  const made = new Map<number, string>();
  return {
    ids,
    mask(window) {
      const known = made.get(window);
      if (known) return known;
      let visible = emit('LessOrEqual', [keys, column]);
      if (window > 0) {
        const first = emit('Sub', [column, number(window)]);
        visible = emit('And', [visible, emit('Greater', [keys, first])]);
      }
      if (seen) visible = emit('And', [visible, seen]);
      else
        visible = emit('Reshape', [
          visible,
          emit('Concat', [vector(1, 1), emit('Shape', [visible])], { axis: 0 }),
        ]);
      const mask = emit('Where', [visible, zero, never]);
      made.set(window, mask);
      return mask;
    },
  };
}
