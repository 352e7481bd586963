// Convolutions with 8-bit weights, and depthwise ones → custom operators (workers/operators), together with the activation that follows.

import { ACTIVATIONS, type Activation } from '../operators/activations.ts';
import { CONVOLUTION_WORDS } from '../operators/convolution-layout.ts';
import { DEPTHWISE } from '../operators/depthwise.ts';
import { CONV_DEPTHWISE, CONV_FLOATS, CONV_QUANTIZED, DOMAIN } from '../operators/names.ts';
import {
  type ChannelQuantized,
  packConvolution,
  packDepthwise,
  packFloatConvolution,
} from '../operators/pack.ts';
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
  type Tensor,
} from './onnx.ts';

/** The weights of a convolution in 8 bits, symmetric, with a scale for each output channel; undefined if it has none. */
function channelQuantized(
  pass: Pass,
  node: Node,
): (ChannelQuantized & { channels: number; kernel: number[] }) | undefined {
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
    channels: patch[0] as number,
    kernel: patch.slice(1),
  };
}

/** Whether our operators support it: without dilation, with explicit pads. */
function isPlain(node: Node): boolean {
  const dilations = intsAttribute(node, 'dilations') ?? [];
  const padding = node.attributes.find(({ name }) => name === 'auto_pad')?.string ?? 'NOTSET';
  return dilations.every((step) => step === 1) && padding === 'NOTSET';
}

/** The operator that computes a convolution, its packed weights, and the size of its kernel; undefined if none of ours does. */
function operatorOf(
  pass: Pass,
  node: Node,
  inFloats: boolean,
): { operator: string; data: Uint8Array; kernel: number[] } | undefined {
  if (!isPlain(node)) return undefined;
  const source = channelQuantized(pass, node);
  if (intAttribute(node, 'group', 1) > 1) return depthwise(pass, node, source);
  if (!source) return undefined;
  return inFloats
    ? { operator: CONV_FLOATS, data: packFloatConvolution(source), kernel: source.kernel }
    : { operator: CONV_QUANTIZED, data: packConvolution(source), kernel: source.kernel };
}

/** The same for a convolution in groups: in floats, if every channel is one. @param source its weights if they are in 8 bits */
function depthwise(
  pass: Pass,
  node: Node,
  source: ReturnType<typeof channelQuantized>,
): ReturnType<typeof operatorOf> {
  const [, weight, offset] = node.inputs as [string, string, string?];
  const tensor = pass.constant(weight);
  const dims = source ? [source.n, source.channels, ...source.kernel] : (tensor?.dims ?? []);
  const [n = 0, channels, height = 0, width = 0] = dims;
  const bias = pass.constant(offset);
  const [pad = 0] = intsAttribute(node, 'pads') ?? [];
  const [, stride = 1] = intsAttribute(node, 'strides') ?? [];
  const isSupported =
    dims.length === 4 &&
    channels === 1 &&
    intAttribute(node, 'group', 1) === n &&
    DEPTHWISE.widths.some((supported) => supported === width) &&
    DEPTHWISE.strides.some((supported) => supported === stride) &&
    pad < height &&
    (!offset || bias?.type === DataType.float);
  if (!isSupported || !(source || tensor?.type === DataType.float)) return undefined;
  const k = height * width;
  const weights = source
    ? Float32Array.from(source.weights, (code, i) => code * (source.scales[Math.floor(i / k)] as number))
    : float32Array(tensor as Tensor);
  const data = packDepthwise({ weights, bias: bias && float32Array(bias), n, k });
  return { operator: CONV_DEPTHWISE, data, kernel: [height, width] };
}

function activationOf(pass: Pass, output: string): [Activation, Node | undefined] {
  const next = pass.onlyConsumer(output);
  if (isOp(next, 'FastGelu', MICROSOFT))
    return next.inputs.length === 1 ? ['gelu', next] : ['none', undefined];
  if (isOp(next, 'Relu')) return ['relu', next];
  return ['none', undefined];
}

/**
 * @param inFloats whether those of one group are computed in floats
 * @returns the number of rewritten convolutions
 */
export function rewriteConvolutions(pass: Pass, inFloats: boolean): number {
  let count = 0;
  for (const node of pass.graph.nodes) {
    const computed = isOp(node, 'Conv') ? operatorOf(pass, node, inFloats) : undefined;
    if (!computed) continue;
    const { operator, data, kernel } = computed;
    const [input, weight] = node.inputs as [string, string];
    const [activation, next] = activationOf(pass, node.outputs[0] as string);
    const words = [
      ...kernel,
      ...(intsAttribute(node, 'strides') ?? [1, 1]),
      ...(intsAttribute(node, 'pads') ?? [0, 0, 0, 0]),
      ACTIVATIONS.indexOf(activation),
    ];
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
    pass.replace(node, [makeNode(operator, [input, ...constants], outputs, {}, DOMAIN)]);
    if (next) pass.replace(next, []);
    count++;
  }
  return count;
}
