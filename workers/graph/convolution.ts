// Convolutions with 8-bit weights → a custom operator (workers/operators), together with the activation that follows.

import { ACTIVATIONS, type Activation } from '../operators/activations.ts';
import { CONVOLUTION_WORDS } from '../operators/convolution-layout.ts';
import { CONV_FLOATS, CONV_QUANTIZED, DOMAIN } from '../operators/names.ts';
import { type ChannelQuantized, packConvolution, packFloatConvolution } from '../operators/pack.ts';
import { makeNode, type Pass } from './edit.ts';
import {
  bytesOf,
  DataType,
  float32Array,
  intAttribute,
  intsAttribute,
  isOp,
  MICROSOFT,
  type Node,
} from './onnx.ts';

/** The weights of a convolution in 8 bits, symmetric, with a scale for each output channel; undefined if it has none. */
function channelQuantized(pass: Pass, node: Node): (ChannelQuantized & { kernel: number[] }) | undefined {
  const [, weight, offset] = node.inputs as [string, string, string?];
  const unpacked = pass.producer(weight);
  if (!isOp(unpacked, 'DequantizeLinear') || unpacked.inputs[2]) return undefined;
  const [codes, scales] = unpacked.inputs.map((name) => pass.constant(name));
  const bias = pass.constant(offset);
  if (codes?.type !== DataType.int8 || scales?.type !== DataType.float) return undefined;
  if (offset && bias?.type !== DataType.float) return undefined;
  const [n, ...patch] = codes.dims;
  if (n === undefined || patch.length !== 3) return undefined;
  const axis = intAttribute(unpacked, 'axis', 1);
  const perChannel = scales.dims.length === 1 && scales.dims[0] === n && (axis === 0 || axis === -4);
  if (!perChannel) return undefined;
  const { data } = codes;
  return {
    weights: new Int8Array(data.buffer, data.byteOffset, data.byteLength),
    scales: float32Array(scales),
    bias: bias && float32Array(bias),
    n,
    k: patch.reduce((product, size) => product * size, 1),
    kernel: patch.slice(1),
  };
}

/** Whether the operator supports it: in one group, without dilation, with explicit pads. */
function isPlain(node: Node): boolean {
  const dilations = intsAttribute(node, 'dilations') ?? [];
  const padding = node.attributes.find(({ name }) => name === 'auto_pad')?.string ?? 'NOTSET';
  return (
    intAttribute(node, 'group', 1) === 1 && dilations.every((step) => step === 1) && padding === 'NOTSET'
  );
}

function activationOf(pass: Pass, output: string): [Activation, Node | undefined] {
  const next = pass.onlyConsumer(output);
  if (isOp(next, 'FastGelu', MICROSOFT))
    return next.inputs.length === 1 ? ['gelu', next] : ['none', undefined];
  if (isOp(next, 'Relu')) return ['relu', next];
  return ['none', undefined];
}

/**
 * @param inFloats whether they are computed in floats
 * @returns the number of rewritten convolutions
 */
export function rewriteConvolutions(pass: Pass, inFloats: boolean): number {
  let count = 0;
  for (const node of pass.graph.nodes) {
    if (!isOp(node, 'Conv') || !isPlain(node)) continue;
    const source = channelQuantized(pass, node);
    if (!source) continue;
    const [input, weight] = node.inputs as [string, string];
    const [activation, next] = activationOf(pass, node.outputs[0] as string);
    const words = [
      ...source.kernel,
      ...(intsAttribute(node, 'strides') ?? [1, 1]),
      ...(intsAttribute(node, 'pads') ?? [0, 0, 0, 0]),
      ACTIVATIONS.indexOf(activation),
    ];
    const data = (inFloats ? packFloatConvolution : packConvolution)(source);
    const constants = [
      { name: pass.fresh(weight), dims: [data.length], type: DataType.uint8, data },
      {
        name: pass.fresh(weight),
        dims: [CONVOLUTION_WORDS.length],
        type: DataType.int32,
        data: bytesOf(Int32Array.from(words)),
      },
    ].map((tensor) => pass.addConstant(tensor));
    const outputs = [(next ?? node).outputs[0] as string, pass.fresh('scratch')];
    const operator = inFloats ? CONV_FLOATS : CONV_QUANTIZED;
    pass.replace(node, [makeNode(operator, [input, ...constants], outputs, {}, DOMAIN)]);
    if (next) pass.replace(next, []);
    count++;
  }
  return count;
}
