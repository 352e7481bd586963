import { expect, test } from 'vitest';
import { DOMAIN } from '../operators/names.ts';
import { onnxFile, random } from '../testing/onnx-graph.ts';
import { makeNode } from './edit.ts';
import { bytesOf, DataType, int64Tensor, type Tensor } from './onnx.ts';
import { rewriteGraph } from './rewrite.ts';

const { float16: HALF } = DataType;
const WIDTH = 32;
const ONE = 0x3c00;

const half = (name: string, dims: number[], bits: ArrayLike<number>): Tensor => ({
  name,
  dims,
  type: HALF,
  data: bytesOf(Uint16Array.from(bits)),
});
/** Small numbers of both signs, normal ones. */
const halves = (count: number, seed: number) =>
  Array.from(
    random(count, seed),
    (value) => (value < 0 ? 0x8000 : 0) | (0x2c00 + Math.round(Math.abs(value) * 0x3ff)),
  );

const linear = (name: string, input: string, output: string) => [
  makeNode('MatMul', [input, `${name}.w`], [`${output}/product`]),
  makeNode('Add', [`${output}/product`, `${name}.b`], [output]),
];

/** Attention, GELU and the norm of a sum. */
const nodes = [
  ...['q', 'k', 'v'].flatMap((name) => [
    ...linear(name, 'x', name),
    makeNode('Reshape', [name, 'heads'], [`${name}4`]),
    makeNode('Transpose', [`${name}4`], [`${name}h`], { perm: name === 'k' ? [0, 2, 3, 1] : [0, 2, 1, 3] }),
  ]),
  makeNode('MatMul', ['qh', 'kh'], ['raw']),
  makeNode('Mul', ['raw', 'scale'], ['scores']),
  makeNode('Softmax', ['scores'], ['weights'], { axis: -1 }),
  makeNode('MatMul', ['weights', 'vh'], ['mixed']),
  makeNode('Transpose', ['mixed'], ['turned'], { perm: [0, 2, 1, 3] }),
  makeNode('Reshape', ['turned', 'whole'], ['joined']),
  ...linear('o', 'joined', 'u'),
  makeNode('Div', ['u', 'root'], ['u1']),
  makeNode('Erf', ['u1'], ['u2']),
  makeNode('Add', ['u2', 'one'], ['u3']),
  makeNode('Mul', ['u', 'u3'], ['u4']),
  makeNode('Mul', ['u4', 'half'], ['g']),
  makeNode('LayerNormalization', ['g', 'gain', 'gain'], ['h']),
  ...linear('d', 'h', 'd'),
  makeNode('Add', ['d', 'h'], ['sum']),
  makeNode('LayerNormalization', ['sum', 'gain', 'gain'], ['y']),
  makeNode('Mul', ['other', 'strange'], ['z']),
];
const tensors = [
  ...['q', 'k', 'v', 'o', 'd'].flatMap((name, i) => [
    half(`${name}.w`, [WIDTH, WIDTH], halves(WIDTH * WIDTH, i + 1)),
    half(`${name}.b`, [WIDTH], halves(WIDTH, i + 9)),
  ]),
  half('gain', [WIDTH], Array(WIDTH).fill(ONE)),
  ...Object.entries({ scale: 0x3400, root: 0x3da8, one: ONE, half: 0x3800 }).map(([name, bits]) =>
    half(name, [], [bits]),
  ),
  int64Tensor('heads', [0, 0, 4, 8]),
  int64Tensor('whole', [0, 0, WIDTH]),
  // bfloat16, whose values nobody reads
  { name: 'strange', dims: [], type: 16, data: bytesOf(Uint16Array.of(0x3f80)) },
];
const shape = ['b', 's', WIDTH];

test.each(['wasm', 'webgpu'] as const)(
  'graphs in half precision are rewritten, without our operators, for %s',
  async (target) => {
    const file = onnxFile(
      nodes,
      tensors,
      [
        ['x', HALF, shape],
        ['other', 16, ['b']],
      ],
      [
        ['y', HALF, shape],
        ['z', 16, ['b']],
      ],
    );
    const { signature } = await rewriteGraph({
      model: [file.model],
      externalData: file.externalData,
      target,
    });
    expect(signature.operators.filter((name) => name.startsWith(DOMAIN))).toEqual([]);
    expect(signature.operators).toContain('com.microsoft.SkipLayerNormalization');
    expect(signature.operators).toContain('Softmax');
  },
);
