import { expect, test } from 'vitest';
import { DOMAIN } from '../operators/names.ts';
import {
  difference,
  type Feeds,
  float,
  floats,
  int64,
  onnxFile,
  random,
  run,
  runFile,
  type Value,
  values,
} from '../testing/onnx-graph.ts';
import { makeNode } from './edit.ts';
import { DataType, int64Tensor, MICROSOFT, type Node, type Tensor } from './onnx.ts';
import { rewriteGraph } from './rewrite.ts';

const FLOAT = DataType.float;

function rewrite(file: ReturnType<typeof onnxFile>) {
  return rewriteGraph({ model: [file.model], externalData: file.externalData, target: 'wasm' });
}

// Two key heads for four query heads of size 16, rotary embedding of 64 positions.
const SIZE = 16;
const angles = Array.from({ length: 64 * 8 }, (_, i) => Math.floor(i / 8) * 10 ** (-(i % 8) / 2));

function groupQueryFile(packed: boolean, attributes = {}) {
  const constants: Tensor[] = [
    floats('cos', [64, 8], angles.map(Math.cos)),
    floats('sin', [64, 8], angles.map(Math.sin)),
    int64Tensor('one', [1]),
    int64Tensor('axis', [1]),
    int64Tensor('index', [1], []),
  ];
  const nodes: Node[] = [
    makeNode('ReduceSum', ['attention_mask', 'axis'], ['counts']),
    makeNode('Sub', ['counts', 'one'], ['last']),
    makeNode('Cast', ['last'], ['lengths'], { to: DataType.int32 }),
    makeNode('Shape', ['attention_mask'], ['shape']),
    makeNode('Gather', ['shape', 'index'], ['width'], { axis: 0 }),
    makeNode('Cast', ['width'], ['total'], { to: DataType.int32 }),
    makeNode(
      'GroupQueryAttention',
      [...(packed ? ['x', '', ''] : ['q', 'k', 'v']), 'past_k', 'past_v', 'lengths', 'total', 'cos', 'sin'],
      ['y', 'present_k', 'present_v'],
      { num_heads: 4, kv_num_heads: 2, do_rotary: 1, ...attributes },
      MICROSOFT,
    ),
  ];
  const inputs: Value[] = [
    ['attention_mask', DataType.int64, ['b', 't']],
    ...(packed ? ['x'] : ['q', 'k', 'v']).map(
      (name): Value => [name, FLOAT, ['b', 's', name === 'x' ? 128 : name === 'q' ? 64 : 32]],
    ),
    ['past_k', FLOAT, ['b', 2, 'past', SIZE]],
    ['past_v', FLOAT, ['b', 2, 'past', SIZE]],
  ];
  const outputs: Value[] = [
    ['y', FLOAT, ['b', 's', 64]],
    ['present_k', FLOAT, ['b', 2, 't', SIZE]],
    ['present_v', FLOAT, ['b', 2, 't', SIZE]],
  ];
  return onnxFile(nodes, constants, inputs, outputs);
}

const cache = (past: number, seed: number) => float(random(2 * past * SIZE, seed), [1, 2, past, SIZE]);

function feedsOf(packed: boolean, sequence: number, past: number): Feeds {
  const value = (width: number, seed: number) => float(random(sequence * width, seed), [1, sequence, width]);
  return {
    attention_mask: int64(Array(sequence + past).fill(1), [1, sequence + past]),
    ...(packed ? { x: value(128, 1) } : { q: value(64, 1), k: value(32, 2), v: value(32, 3) }),
    past_k: cache(past, 4),
    past_v: cache(past, 5),
  };
}

test.each([
  [true, 7, 0, {}],
  [true, 1, 9, {}],
  [true, 5, 6, {}],
  [false, 5, 6, {}],
  [true, 5, 6, { local_window_size: 4 }],
  [true, 5, 6, { scale: { float: 0.7 } }],
])('GroupQueryAttention: packed %s, %i tokens after %i, %o', async (packed, sequence, past, attributes) => {
  const file = groupQueryFile(packed, attributes);
  const rewritten = await rewrite(file);
  expect(rewritten.signature.operators).not.toContain('com.microsoft.GroupQueryAttention');
  const feeds = feedsOf(packed, sequence, past);
  const expected = await runFile(file, feeds);
  const found = await run(rewritten, feeds);
  for (const name of ['y', 'present_k', 'present_v']) {
    expect(found[name]!.dims).toEqual(expected[name]!.dims);
    expect(difference(found[name], values(expected[name]))).toBeLessThan(1e-5);
  }
});

test('left padding changes nothing for the tokens behind it', async () => {
  const file = await rewrite(groupQueryFile(true));
  const alone = feedsOf(true, 4, 0);
  const padding = 3;
  const x = [...random(padding * 128, 9), ...values(alone.x)];
  const padded = {
    ...alone,
    attention_mask: int64([0, 0, 0, 1, 1, 1, 1], [1, 7]),
    x: float(x, [1, 7, 128]),
  };
  const expected = values((await run(file, alone)).y);
  const found = values((await run(file, padded)).y).slice(padding * 64);
  expect(difference(float(found, [found.length]), expected)).toBeLessThan(1e-5);
});

test.each([
  ['for every query', 's'],
  ['for all queries at once', 1],
])(
  'a transformer block as exported from PyTorch, masked %s: attention, GELU and norms are fused',
  async (_, queries) => {
    const width = 16;
    const matrix = (name: string, k: number, n: number, seed: number) =>
      floats(
        name,
        [k, n],
        random(k * n, seed).map((value) => value * 0.4),
      );
    const vector = (name: string, n: number, seed: number) => floats(name, [n], random(n, seed));
    const constants = [
      ...['q', 'k', 'v', 'o'].flatMap((name, i) => [
        matrix(`${name}.w`, width, width, i + 1),
        vector(`${name}.b`, width, i + 11),
      ]),
      ...[
        matrix('up.w', width, 32, 21),
        vector('up.b', 32, 22),
        matrix('down.w', 32, width, 23),
        vector('down.b', width, 24),
      ],
      ...[
        vector('ln1.g', width, 31),
        vector('ln1.b', width, 32),
        vector('ln2.g', width, 33),
        vector('ln2.b', width, 34),
      ],
      int64Tensor('heads', [0, 0, 2, 8]),
      int64Tensor('whole', [0, 0, width]),
      ...[
        floats('root', [], [Math.SQRT2]),
        floats('half', [], [0.5]),
        floats('unit', [], [1]),
        floats('scale', [], [8 ** -0.5]),
      ],
    ];
    const linear = (name: string, input: string, output: string) => [
      makeNode('MatMul', [input, `${name}.w`], [`${output}/product`]),
      makeNode('Add', [`${name}.b`, `${output}/product`], [output]),
    ];
    const split = (name: string, perm: number[]) => [
      ...linear(name, 'x', name),
      makeNode('Reshape', [name, 'heads'], [`${name}4`]),
      makeNode('Transpose', [`${name}4`], [`${name}h`], { perm }),
    ];
    const epsilon = { float: 1e-6 };
    const nodes = [
      ...split('q', [0, 2, 1, 3]),
      ...split('k', [0, 2, 3, 1]),
      ...split('v', [0, 2, 1, 3]),
      makeNode('MatMul', ['qh', 'kh'], ['raw']),
      makeNode('Mul', ['raw', 'scale'], ['scaled']),
      makeNode('Add', ['scaled', 'mask'], ['scores']),
      makeNode('Softmax', ['scores'], ['weights'], { axis: -1 }),
      makeNode('MatMul', ['weights', 'vh'], ['mixed']),
      makeNode('Transpose', ['mixed'], ['turned'], { perm: [0, 2, 1, 3] }),
      makeNode('Reshape', ['turned', 'whole'], ['joined']),
      ...linear('o', 'joined', 'attended'),
      makeNode('Add', ['attended', 'x'], ['sum1']),
      makeNode('LayerNormalization', ['sum1', 'ln1.g', 'ln1.b'], ['h'], { axis: -1, epsilon }),
      ...linear('up', 'h', 'u'),
      makeNode('Div', ['u', 'root'], ['u1']),
      makeNode('Erf', ['u1'], ['u2']),
      makeNode('Add', ['u2', 'unit'], ['u3']),
      makeNode('Mul', ['u', 'u3'], ['u4']),
      makeNode('Mul', ['u4', 'half'], ['g']),
      ...linear('down', 'g', 'd'),
      makeNode('Add', ['d', 'h'], ['sum2']),
      makeNode('LayerNormalization', ['sum2', 'ln2.g', 'ln2.b'], ['y'], { axis: -1, epsilon }),
    ];
    const file = onnxFile(
      nodes,
      constants,
      [
        ['x', FLOAT, ['b', 's', width]],
        ['mask', FLOAT, ['b', 1, queries, 's']],
      ],
      [['y', FLOAT, ['b', 's', width]]],
    );
    const rewritten = await rewrite(file);
    // The first sum stays: x is an input, and might be broadcast.
    expect(rewritten.summary.fusions).toBe(3);
    expect(rewritten.signature.operators).toEqual(
      expect.arrayContaining([
        `${DOMAIN}.AttentionBSH`,
        `${MICROSOFT}.FastGelu`,
        `${MICROSOFT}.SkipLayerNormalization`,
      ]),
    );
    const rows = queries === 1 ? 1 : 5;
    const hidden = Array.from({ length: 2 * rows * 5 }, (_, i) => (i >= rows * 5 && i % 5 === 4 ? -3e38 : 0));
    const feeds = {
      x: float(random(2 * 5 * width, 41), [2, 5, width]),
      mask: float(hidden, [2, 1, rows, 5]),
    };
    const { y } = await run(rewritten, feeds);
    expect(difference(y, values((await runFile(file, feeds)).y))).toBeLessThan(1e-3);
  },
);
