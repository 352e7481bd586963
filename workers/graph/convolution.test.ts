import { describe, expect, test } from 'vitest';
import { CONV_DEPTHWISE, CONV_FLOATS, CONV_QUANTIZED, DOMAIN } from '../operators/names.ts';
import {
  difference,
  float,
  floats,
  onnxFile,
  random,
  randomBytes,
  run,
  runFile,
} from '../testing/onnx-graph.ts';
import { makeNode } from './edit.ts';
import { DataType, type Node } from './onnx.ts';
import { rewriteGraph } from './rewrite.ts';

interface Shape {
  input: [n: number, c: number, h: number, w: number];
  channels: number;
  kernel?: [number, number];
  strides?: [number, number];
  /** Top, left, bottom, right. */
  pads?: [number, number, number, number];
  bias?: boolean;
  /** Each of as many channels. */
  groups?: number;
}

/** A convolution of `x` with weights in 8 bits, and `after` it what makes `y` of `conv`. */
function convolution(
  { input, channels, kernel = [1, 1], strides = [1, 1], pads = [0, 0, 0, 0], bias = true, groups = 1 }: Shape,
  after: Node[] = [],
  attributes: Record<string, number | number[]> = {},
) {
  const each = input[1] / groups;
  const k = each * kernel[0] * kernel[1];
  const codes = randomBytes(channels * k, k + channels);
  const tensors = [
    { name: 'codes', dims: [channels, each, ...kernel], type: DataType.int8, data: codes },
    floats(
      'scales',
      [channels],
      random(channels, 5).map((x) => 0.02 + 0.01 * x),
    ),
    floats('bias', [channels], random(channels, 7)),
  ];
  const output = after.length > 0 ? 'conv' : 'y';
  const nodes = [
    makeNode('DequantizeLinear', ['codes', 'scales'], ['weights'], { axis: 0 }),
    makeNode('Conv', ['x', 'weights', ...(bias ? ['bias'] : [])], [output], {
      ...{ kernel_shape: kernel, strides, pads, group: groups },
      ...attributes,
    }),
    ...after,
  ];
  const extra = [floats('half', [], [0.5]), floats('one', [], [1]), floats('root', [], [Math.SQRT2])];
  const symbols = ['n', input[1], 'h', 'w'];
  const file = onnxFile(
    nodes,
    [...tensors, ...(after.length > 1 ? extra : [])],
    [['x', DataType.float, symbols]],
    [['y', DataType.float, ['n', channels, 'oh', 'ow']]],
  );
  const size = input.reduce((product, length) => product * length, 1);
  return { file, feeds: { x: float(random(size, 3), input) } };
}

async function compared({ file, feeds }: ReturnType<typeof convolution>, floatConvolutions = false) {
  const rewritten = await rewriteGraph({
    model: [file.model],
    externalData: file.externalData,
    target: 'wasm',
    convolutions: true,
    floatConvolutions,
  });
  const [found, expected] = [await run(rewritten, feeds), await runFile(file, feeds)];
  expect(found.y?.dims).toEqual(expected.y?.dims);
  const wanted = Float32Array.from(expected.y?.data as Float32Array);
  return { rewritten, largest: difference(found.y, wanted) };
}

const SHAPES: readonly Shape[] = [
  { input: [1, 32, 4, 8], channels: 8 },
  { input: [1, 48, 3, 7], channels: 20 },
  { input: [2, 5, 5, 13], channels: 3, bias: false },
  { input: [1, 160, 1, 1], channels: 40 },
  { input: [1, 3, 9, 14], channels: 24, kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  { input: [2, 24, 6, 21], channels: 16, kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  { input: [1, 20, 11, 37], channels: 9, kernel: [3, 3], pads: [1, 1, 1, 1] },
  { input: [1, 16, 6, 40], channels: 8, kernel: [2, 2], pads: [0, 0, 1, 1] },
  { input: [1, 8, 7, 40], channels: 8, kernel: [3, 5], strides: [1, 3], pads: [0, 2, 2, 1] },
  { input: [1, 64, 40, 50], channels: 96 },
];

/** GELU of `conv`. */
const gelu = [
  makeNode('Div', ['conv', 'root'], ['scaled']),
  makeNode('Erf', ['scaled'], ['erf']),
  makeNode('Add', ['erf', 'one'], ['plus']),
  makeNode('Mul', ['conv', 'plus'], ['product']),
  makeNode('Mul', ['product', 'half'], ['y']),
];

/** Of 7-bit weights and 8-bit activations: of sums of random signs, a step is far below it. */
const ROUNDING = 0.02;

describe('a convolution with 8-bit weights', () => {
  test.each(SHAPES)('%j is computed but for rounding', async (shape) => {
    const { rewritten, largest } = await compared(convolution(shape));
    expect(rewritten.signature.operators).toEqual([`${DOMAIN}.${CONV_QUANTIZED}`]);
    expect(rewritten.summary.convolutions).toBe(1);
    expect(largest).toBeLessThan(ROUNDING);
  });

  test.each(['Relu', 'Gelu'])('with %s behind it', async (activation) => {
    const after = activation === 'Relu' ? [makeNode('Relu', ['conv'], ['y'])] : gelu;
    const { rewritten, largest } = await compared(convolution({ input: [1, 40, 5, 9], channels: 12 }, after));
    expect(rewritten.signature.operators).toEqual([`${DOMAIN}.${CONV_QUANTIZED}`]);
    expect(largest).toBeLessThan(ROUNDING);
  });

  test('stays as it is in groups, with dilation, and where the engine has no relaxed SIMD', async () => {
    const shape: Shape = { input: [1, 8, 9, 9], channels: 8, kernel: [3, 3], pads: [1, 1, 1, 1] };
    const dilated = await compared(convolution(shape, [], { dilations: [2, 2], pads: [2, 2, 2, 2] }));
    expect(dilated.rewritten.summary.convolutions).toBe(0);
    const { file } = convolution(shape);
    const { model, externalData } = file;
    const plain = await rewriteGraph({ model: [model], externalData, target: 'wasm', convolutions: false });
    expect(plain.summary.convolutions).toBe(0);
    const inPairs = await compared(convolution({ ...shape, groups: 4 }));
    expect(inPairs.rewritten.summary.convolutions).toBe(0);
  });
});

describe('a depthwise convolution', () => {
  const SHAPES: readonly Omit<Shape, 'channels' | 'groups'>[] = [
    { input: [1, 6, 9, 16], kernel: [3, 3], pads: [1, 1, 1, 1] },
    { input: [2, 5, 6, 21], kernel: [3, 3], pads: [1, 1, 1, 1], bias: false },
    { input: [1, 40, 12, 83], kernel: [3, 3], strides: [2, 1], pads: [1, 1, 1, 1] },
    { input: [1, 32, 30, 47], kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    { input: [1, 7, 8, 8], kernel: [3, 3], strides: [2, 2], pads: [0, 0, 1, 1] },
    { input: [1, 64, 20, 30], kernel: [5, 5], pads: [2, 2, 2, 2] },
    { input: [1, 9, 1, 33], kernel: [1, 5], pads: [0, 2, 0, 2], bias: false },
    { input: [1, 3, 7, 11], kernel: [5, 5], strides: [1, 2], pads: [2, 2, 2, 2] },
    { input: [1, 4, 1, 1], kernel: [3, 3], pads: [1, 1, 1, 1] },
    { input: [1, 4, 5, 5], kernel: [4, 3] },
  ];

  test.each(SHAPES)('%j is computed as by the runtime', async (shape) => {
    const channels = shape.input[1];
    const { rewritten, largest } = await compared(convolution({ ...shape, channels, groups: channels }));
    expect(rewritten.signature.operators).toEqual([`${DOMAIN}.${CONV_DEPTHWISE}`]);
    expect(largest).toBeLessThan(1e-6);
  });

  test('with an activation behind it, and with weights in floats', async () => {
    const shape: Shape = { input: [1, 6, 9, 16], channels: 6, groups: 6, kernel: [3, 3], pads: [1, 1, 1, 1] };
    const activated = await compared(convolution(shape, gelu));
    expect(activated.rewritten.signature.operators).toEqual([`${DOMAIN}.${CONV_DEPTHWISE}`]);
    expect(activated.largest).toBeLessThan(1e-4);
    const { feeds } = convolution(shape);
    const file = onnxFile(
      [makeNode('Conv', ['x', 'w'], ['y'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: 6 })],
      [floats('w', [6, 1, 3, 3], random(54, 9))],
      [['x', DataType.float, [1, 6, 9, 16]]],
      [['y', DataType.float, [1, 6, 9, 16]]],
    );
    const { rewritten, largest } = await compared({ file, feeds });
    expect(rewritten.signature.operators).toEqual([`${DOMAIN}.${CONV_DEPTHWISE}`]);
    expect(largest).toBeLessThan(1e-6);
  });

  test.each<Shape>([
    { input: [1, 6, 9, 9], channels: 6, groups: 6, kernel: [3, 7], pads: [1, 3, 1, 3] },
    { input: [1, 6, 9, 12], channels: 6, groups: 6, kernel: [3, 3], strides: [1, 3] },
    { input: [1, 6, 9, 12], channels: 12, groups: 6, kernel: [3, 3] },
  ])('%j stays as it is', async (shape) => {
    const { rewritten } = await compared(convolution(shape));
    expect(rewritten.summary.convolutions).toBe(0);
  });
});

/** Of sums of some hundred products in floats, in another order. */
const FLOATS = 1e-4;

describe('a convolution with 8-bit weights, in floats', () => {
  test.each<Shape>([
    ...SHAPES,
    { input: [1, 6, 1, 1], channels: 5 },
    { input: [2, 16, 3, 3], channels: 7, kernel: [2, 2], strides: [1, 1], pads: [0, 0, 1, 1] },
    { input: [1, 4, 13, 33], channels: 6, kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], bias: false },
  ])('%j is computed as by the runtime', async (shape) => {
    const { rewritten, largest } = await compared(convolution(shape), true);
    expect(rewritten.signature.operators).toEqual([`${DOMAIN}.${CONV_FLOATS}`]);
    expect(rewritten.summary.convolutions).toBe(1);
    expect(largest).toBeLessThan(FLOATS);
  });

  test.each(['Relu', 'Gelu'])('with %s behind it', async (activation) => {
    const after = activation === 'Relu' ? [makeNode('Relu', ['conv'], ['y'])] : gelu;
    const { rewritten, largest } = await compared(
      convolution({ input: [1, 40, 5, 9], channels: 12 }, after),
      true,
    );
    expect(rewritten.signature.operators).toEqual([`${DOMAIN}.${CONV_FLOATS}`]);
    expect(largest).toBeLessThan(FLOATS);
  });
});
