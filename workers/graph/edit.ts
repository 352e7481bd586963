// A pass over a graph: look up producers, consumers and constants of values, record replacements, and apply them together.

import { type Graph, isNumeric, isOp, type Node, numbers, type Tensor } from './onnx.ts';

export interface Pass {
  readonly graph: Graph;
  producer(name: string): Node | undefined;
  /** The nodes that read a value, including nodes with a subgraph that captures it. */
  consumers(name: string): Node[];
  /** The only consumer of a value that is not an output; otherwise undefined. */
  onlyConsumer(name: string): Node | undefined;
  isOutput(name: string): boolean;
  /** A constant: an initializer of this graph or of an enclosing one, or the tensor of a Constant node. */
  constant(name: string | undefined): Tensor | undefined;
  /** The value of a constant with one element. */
  scalar(name: string | undefined): number | undefined;
  addConstant(tensor: Tensor): string;
  /** An unused value name. */
  fresh(hint: string): string;
  /** Replaces `node` by `nodes`. Of several replacements of one node the last one counts. */
  replace(node: Node, nodes: Node[]): void;
  /** Inserts `nodes` before `node`. */
  insertBefore(node: Node, nodes: Node[]): void;
  /** Applies the changes, which ends the pass. */
  apply(): void;
}

/** Names that a node reads, including those that its subgraphs capture. */
function reads(node: Node): string[] {
  const captured = node.attributes.flatMap(({ graph }) => (graph ? freeNames(graph) : []));
  return [...node.inputs.filter((name) => name !== ''), ...captured];
}

function freeNames(graph: Graph): string[] {
  const bound = new Set([...graph.initializers.keys(), ...graph.inputs.map(({ name }) => name)]);
  for (const node of graph.nodes) for (const name of node.outputs) bound.add(name);
  const used = [...graph.nodes.flatMap(reads), ...graph.outputs.map(({ name }) => name)];
  return used.filter((name) => !bound.has(name));
}

let serial = 0;

export function startPass(graph: Graph, parents: readonly Graph[] = []): Pass {
  const producers = new Map<string, Node>();
  const consumers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const name of node.outputs) producers.set(name, node);
    for (const name of new Set(reads(node))) {
      const list = consumers.get(name);
      if (list) list.push(node);
      else consumers.set(name, [node]);
    }
  }
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const before = new Map<Node, Node[]>();
  const instead = new Map<Node, Node[]>();

  const pass: Pass = {
    graph,
    producer: (name) => producers.get(name),
    consumers: (name) => consumers.get(name) ?? [],
    onlyConsumer: (name) => {
      const readers = pass.consumers(name);
      return readers.length === 1 && !outputs.has(name) ? readers[0] : undefined;
    },
    isOutput: (name) => outputs.has(name),
    constant: (name) => {
      if (!name) return undefined;
      const node = producers.get(name);
      if (node) {
        return isOp(node, 'Constant') ? node.attributes.find((a) => a.name === 'value')?.tensor : undefined;
      }
      for (const scope of [graph, ...parents]) {
        const tensor = scope.initializers.get(name);
        if (tensor) return tensor;
      }
      return undefined;
    },
    scalar: (name) => {
      const tensor = pass.constant(name);
      const isScalar = tensor && isNumeric(tensor.type) && tensor.dims.reduce((a, b) => a * b, 1) === 1;
      return isScalar ? numbers(tensor)[0] : undefined;
    },
    addConstant: (tensor) => {
      graph.initializers.set(tensor.name, tensor);
      return tensor.name;
    },
    fresh: (hint) => `${hint}/rewritten_${serial++}`,
    replace: (node, nodes) => {
      instead.set(node, nodes);
    },
    insertBefore: (node, nodes) => {
      before.set(node, [...(before.get(node) ?? []), ...nodes]);
    },
    apply: () => {
      graph.nodes = graph.nodes.flatMap((node) => [
        ...(before.get(node) ?? []),
        ...(instead.get(node) ?? [node]),
      ]);
    },
  };
  return pass;
}

/** Visits the graph and all its subgraphs, each with its enclosing graphs, innermost first. */
export function everyGraph(
  graph: Graph,
  visit: (graph: Graph, parents: Graph[]) => void,
  parents: Graph[] = [],
): void {
  visit(graph, parents);
  for (const node of graph.nodes) {
    for (const { graph: inner } of node.attributes) if (inner) everyGraph(inner, visit, [graph, ...parents]);
  }
}

/** Removes nodes and initializers that nothing reads. */
export function removeUnused(graph: Graph): void {
  const used = new Set(graph.outputs.map(({ name }) => name));
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => used.has(name))) continue;
    for (const name of reads(node)) used.add(name);
    kept.push(node);
  }
  graph.nodes = kept.reverse();
  for (const name of graph.initializers.keys()) if (!used.has(name)) graph.initializers.delete(name);
}

/** Makes a node. Attributes are integers, `{ float }` or lists of integers. */
export function makeNode(
  opType: string,
  inputs: string[],
  outputs: string[],
  attributes: Record<string, number | number[] | { float: number }> = {},
  domain = '',
): Node {
  return {
    name: '',
    opType,
    domain,
    inputs,
    outputs,
    attributes: Object.entries(attributes).map(([name, value]) => {
      if (typeof value === 'number') return { name, int: value };
      return Array.isArray(value) ? { name, ints: value } : { name, float: value.float };
    }),
  };
}
