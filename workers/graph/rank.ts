// Infers ranks of values from the operators, as far as fusions need them to verify a pattern.

import { ATTENTION_OPERATORS } from '../operators/names.ts';
import type { Pass } from './edit.ts';
import { intAttribute, intsAttribute, type Node, numbers } from './onnx.ts';

const SAME = new Set([
  ...[
    'Abs',
    'Cast',
    'Clip',
    'Conv',
    'CumSum',
    'Dropout',
    'Erf',
    'Gelu',
    'Identity',
    'LayerNormalization',
    'MatMulNBits',
    'Neg',
    'Not',
  ],
  ...[
    'Relu',
    'SimplifiedLayerNormalization',
    'SkipLayerNormalization',
    'SkipSimplifiedLayerNormalization',
    'Slice',
  ],
  ...[
    'Sigmoid',
    'Softmax',
    'Sqrt',
    'Tanh',
    'FastGelu',
    'QuickGelu',
    'MultiHeadAttention',
    ATTENTION_OPERATORS.bsh,
    'GroupQueryAttention',
  ],
]);
const BROADCAST = new Set([
  ...[
    'Add',
    'And',
    'Div',
    'Equal',
    'Greater',
    'GreaterOrEqual',
    'Less',
    'LessOrEqual',
    'MatMul',
    'Mul',
    'Or',
  ],
  ...['Pow', 'Sub', 'Where', 'Max', 'Min'],
]);

export interface Ranks {
  rank(name: string): number | undefined;
}

export function ranksOf(pass: Pass): Ranks {
  const known = new Map<string, number | undefined>();

  function largest(names: string[], of: (name: string) => number | undefined): number | undefined {
    const all = names.map(of);
    return all.some((value) => value === undefined) ? undefined : Math.max(...(all as number[]));
  }

  /** The length of a vector that holds a shape. */
  function length(name: string): number | undefined {
    const constant = pass.constant(name);
    if (constant) return constant.dims.length <= 1 ? (constant.dims[0] ?? 1) : undefined;
    const node = pass.producer(name);
    if (!node) return undefined;
    const [first] = node.inputs as [string];
    if (node.opType === 'Shape') return shapeLength(node);
    if (node.opType === 'Unsqueeze') return rank(first) === 0 ? 1 : undefined;
    if (node.opType === 'Concat') {
      const parts = node.inputs.map(length);
      return parts.some((part) => part === undefined)
        ? undefined
        : (parts as number[]).reduce((a, b) => a + b, 0);
    }
    if (node.opType === 'Reshape') {
      const shape = pass.constant(node.inputs[1]);
      return shape && numbers(shape).join() === '-1' ? length(first) : undefined;
    }
    if (node.opType === 'ConstantOfShape') {
      const of = pass.producer(first);
      return of?.opType === 'Shape' ? length(of.inputs[0]!) : undefined;
    }
    if (node.opType === 'Cast') return length(first);
    return BROADCAST.has(node.opType) ? largest(node.inputs, length) : undefined;
  }

  /** Of a Shape, which may be of some of the axes only. */
  function shapeLength(node: Node): number | undefined {
    const of = rank(node.inputs[0]!);
    if (of === undefined) return undefined;
    const at = (name: string, fallback: number) => {
      const axis = intAttribute(node, name, fallback);
      return Math.min(Math.max(axis < 0 ? axis + of : axis, 0), of);
    };
    return Math.max(at('end', of) - at('start', 0), 0);
  }

  function axesCount(node: Node): number | undefined {
    const axes = intsAttribute(node, 'axes')?.length;
    return axes ?? (node.inputs[1] ? length(node.inputs[1]) : undefined);
  }

  function infer(node: Node): number | undefined {
    const [first, second] = node.inputs as [string, string];
    const { opType } = node;
    if (SAME.has(opType)) return rank(first);
    if (BROADCAST.has(opType)) return largest(node.inputs, rank);
    if (opType === 'Shape' || opType === 'Range') return 1;
    if (opType === 'Transpose') return intsAttribute(node, 'perm')?.length;
    if (opType === ATTENTION_OPERATORS.bnsh) return 3;
    if (opType === 'Reshape') return length(second);
    if (opType === 'ConstantOfShape') return length(first);
    if (opType === 'Concat') return node.inputs.map(rank).find((known) => known !== undefined);
    const of = rank(first);
    if (of === undefined) return undefined;
    if (opType.startsWith('Reduce') && intAttribute(node, 'keepdims', 1) === 1) return of;
    if (opType === 'Unsqueeze' || opType === 'Squeeze' || opType.startsWith('Reduce')) {
      const count = axesCount(node);
      if (count === undefined) return undefined;
      return opType === 'Unsqueeze' ? of + count : of - count;
    }
    if (opType === 'Gather' || opType === 'GatherBlockQuantized') {
      const indices = rank(second);
      return indices === undefined ? undefined : of - 1 + indices;
    }
    if (opType === 'Expand') {
      const count = length(second);
      return count === undefined ? undefined : Math.max(of, count);
    }
    return undefined;
  }

  function rank(name: string): number | undefined {
    if (known.has(name)) return known.get(name);
    known.set(name, undefined);
    const node = pass.producer(name);
    const constant = pass.constant(name);
    let value: number | undefined;
    if (constant) value = constant.dims.length;
    else if (node && node.outputs[0] === name) value = infer(node);
    else if (!node) value = pass.graph.inputs.find((input) => input.name === name)?.shape?.length;
    known.set(name, value);
    return value;
  }

  return { rank };
}
