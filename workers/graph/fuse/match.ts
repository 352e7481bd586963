// Pattern matchers that the fusions share.

import type { Pass } from '../edit.ts';
import { isOp, type Node } from '../onnx.ts';

/** Matches `opType(value, constant)` in either order: the value and the scalar. */
export function withScalar(
  pass: Pass,
  node: Node | undefined,
  opType: string,
): [value: string, scalar: number] | undefined {
  if (!isOp(node, opType)) return undefined;
  const [a, b] = node.inputs as [string, string];
  const right = pass.scalar(b);
  if (right !== undefined) return [a, right];
  const left = opType === 'Div' ? undefined : pass.scalar(a);
  return left === undefined ? undefined : [b, left];
}

/** Looks through a multiplication or division by a scalar: the value and the factor. */
export function unscaled(pass: Pass, name: string): [value: string, factor: number] {
  const node = pass.producer(name);
  const times = withScalar(pass, node, 'Mul');
  if (times) return times;
  const by = withScalar(pass, node, 'Div');
  return by ? [by[0], 1 / by[1]] : [name, 1];
}

/** Matches a value plus a constant vector: the value and the name of the vector. */
export function unbiased(pass: Pass, name: string): [value: string, bias: string] | undefined {
  const node = pass.producer(name);
  if (!isOp(node, 'Add')) return undefined;
  const [a, b] = node.inputs as [string, string];
  for (const [value, bias] of [
    [a, b],
    [b, a],
  ] as const) {
    const constant = pass.constant(bias);
    if (constant?.dims.length === 1 && constant.dims[0]! > 1) return [value, bias];
  }
  return undefined;
}

export const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-4 * Math.abs(b);
