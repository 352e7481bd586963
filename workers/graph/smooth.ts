// Activations behind a normalisation differ by channel as much as its scale γ does, and one int8 scale a row has to span them all.
// γ is split: its square root stays in the normalisation, the other half moves into the weights, which have finer scales. The
// product is the same, nothing is added at run time, and most of what int8 activations cost in quality is gone.

import type { Pass } from './edit.ts';
import { DataType, float32Array, floatTensor, type Node } from './onnx.ts';

/** Position of γ, and of β where there is one, among a normalisation's inputs. */
const SCALE_INPUTS: Record<string, number[]> = {
  LayerNormalization: [1, 2],
  SimplifiedLayerNormalization: [1],
  SkipLayerNormalization: [2, 3],
  SkipSimplifiedLayerNormalization: [2],
};

/** Channels whose γ is next to nothing keep a factor this small a part of the largest. */
const SMALLEST = 1e-3;

/**
 * Moves half of the normalisation's scale out of the value `name`, if all its readers are among `products` and take it as
 * their first input.
 *
 * @returns what the readers' weights must be multiplied by, one factor an input channel.
 */
export function splitScale(pass: Pass, name: string, products: ReadonlySet<Node>): Float32Array | undefined {
  const norm = pass.producer(name);
  const positions = norm && SCALE_INPUTS[norm.opType];
  if (!positions || norm.outputs[0] !== name || pass.isOutput(name)) return undefined;
  if (!pass.consumers(name).every((node) => products.has(node) && node.inputs[0] === name)) return undefined;
  const tensors = positions.map((position) => pass.constant(norm.inputs[position]));
  const [scale] = tensors;
  if (scale?.type !== DataType.float || scale.dims.length !== 1) return undefined;
  if (norm.inputs[positions[1] ?? -1] && tensors[1]?.type !== DataType.float) return undefined;

  const gamma = float32Array(scale);
  const least = gamma.reduce((most, value) => Math.max(most, Math.abs(value)), 0) * SMALLEST;
  if (least === 0) return undefined;
  const factors = gamma.map((value) => Math.sqrt(Math.max(Math.abs(value), least)));
  positions.forEach((position, i) => {
    const tensor = tensors[i];
    if (!tensor) return;
    const divided = float32Array(tensor).map((value, channel) => value / factors[channel]!);
    norm.inputs[position] = pass.addConstant(floatTensor(pass.fresh(tensor.name), tensor.dims, divided));
  });
  return factors;
}
