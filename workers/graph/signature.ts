// A graph's inputs, outputs and operators.

import type { Dimension, Graph, Model, ValueInfo } from './onnx.ts';

export interface GraphValue {
  name: string;
  /** TensorProto.DataType: 1 float32, 7 int64, 9 bool, 10 float16 …; 0 if it is not a tensor. */
  type: number;
  /** Sizes or their symbols, '' if unknown; undefined if the rank is unknown. */
  shape: readonly Dimension[] | undefined;
}

export interface GraphSignature {
  inputs: GraphValue[];
  outputs: GraphValue[];
  /** Operators in use, including those of subgraphs: `MatMul`, `com.microsoft.MatMulNBits`; sorted. */
  operators: string[];
}

function operators(graph: Graph, found: Set<string>): Set<string> {
  for (const node of graph.nodes) {
    found.add(node.domain ? `${node.domain}.${node.opType}` : node.opType);
    for (const { graph: inner } of node.attributes) if (inner) operators(inner, found);
  }
  return found;
}

export function signatureOf({ graph }: Model): GraphSignature {
  const value = ({ name, type, shape }: ValueInfo): GraphValue => ({ name, type, shape });
  return {
    // Old exports list weights as inputs.
    inputs: graph.inputs.filter(({ name }) => !graph.initializers.has(name)).map(value),
    outputs: graph.outputs.map(value),
    operators: [...operators(graph, new Set())].sort(),
  };
}
