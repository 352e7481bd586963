// What is fused for GPUs: into operators of the runtime, which its CPU computes as well, so that results can be compared here.

import { describe, expect, test } from 'vitest';
import {
  bytes,
  difference,
  float,
  floats,
  onnxFile,
  random,
  randomBytes,
  run,
  runFile,
  type Value,
  values,
} from '../testing/onnx-graph.ts';
import { makeNode } from './edit.ts';
import { DataType, int64Tensor, MICROSOFT, type Node, type Tensor } from './onnx.ts';
import { POOL_WEIGHTS, POOLED } from './pool.ts';
import { rewriteGraph } from './rewrite.ts';

const FLOAT = DataType.float;
const WIDTH = 32;
const X: Value = ['x', FLOAT, ['b', 's', WIDTH]];
const Y: Value = ['y', FLOAT, ['b', 's', WIDTH]];
const x = float(random(2 * 3 * WIDTH, 7), [2, 3, WIDTH]);

const rewrite = (file: ReturnType<typeof onnxFile>, pool?: string[]) =>
  rewriteGraph({
    model: [file.model],
    externalData: file.externalData,
    target: 'webgpu',
    ...(pool && { pool }),
  });

/** The operators after the rewrite, whose results must be those of the graph as it was. */
async function operators(nodes: Node[], tensors: Tensor[], outputs: Value[] = [Y], feeds = { x }) {
  const file = onnxFile(nodes, tensors, [X], outputs);
  const rewritten = await rewrite(file);
  const [expected, found] = [await runFile(file, feeds), await run(rewritten, feeds)];
  for (const [name] of outputs) expect(difference(found[name], values(expected[name]))).toBeLessThan(1e-6);
  return rewritten.signature.operators;
}

const vector = (name: string, seed: number) => floats(name, [WIDTH], random(WIDTH, seed));

describe('norms and biases', () => {
  const blocks = WIDTH / 32;
  const product = makeNode(
    'MatMulNBits',
    ['x', 'w', 's'],
    ['product'],
    { N: WIDTH, K: WIDTH, bits: 4, block_size: 32 },
    MICROSOFT,
  );
  const weights = [
    bytes('w', [WIDTH, blocks, 16], randomBytes(WIDTH * blocks * 16, 5)),
    floats('s', [WIDTH * blocks], random(WIDTH * blocks, 6)),
    ...['bias', 'gain', 'offset'].map((name, i) => vector(name, i + 2)),
  ];
  const biased = makeNode('Add', ['bias', 'product'], ['biased']);
  const first = makeNode('LayerNormalization', ['x', 'gain', 'offset'], ['h']);
  const sum = makeNode('Add', ['biased', 'h'], ['sum']);
  const last = makeNode('LayerNormalization', ['sum', 'gain', 'offset'], ['y']);

  test('are fused with the sum that is normalised, which may be an output, too', async () => {
    const nodes = [product, biased, first, sum, last];
    const fused = ['LayerNormalization', `${MICROSOFT}.MatMulNBits`, `${MICROSOFT}.SkipLayerNormalization`];
    expect(await operators(nodes, weights)).toEqual(fused);
    expect(await operators(nodes, weights, [Y, ['sum', FLOAT, ['b', 's', WIDTH]]])).toEqual(fused);
  });

  test('of two norms of one sum one has it as an output', async () => {
    const second = makeNode('LayerNormalization', ['sum', 'offset', 'gain'], ['z']);
    const found = await operators([product, biased, first, sum, last, second], weights, [
      Y,
      ['z', FLOAT, ['b', 's', WIDTH]],
    ]);
    expect(found).toContain(`${MICROSOFT}.SkipLayerNormalization`);
  });
});

describe('pooling', () => {
  const states: Value = ['states', FLOAT, ['b', 's', WIDTH]];
  const nodes = [
    makeNode('Identity', ['x'], ['states']),
    makeNode('ReduceMax', ['x', 'axis'], ['best'], { keepdims: 0 }),
  ];
  const best: Value = ['best', FLOAT, ['b', WIDTH]];
  const axis = int64Tensor('axis', [1]);

  test('gives one vector for each row, and the other outputs', async () => {
    const file = onnxFile(nodes, [axis], [X], [states, best]);
    const rewritten = await rewrite(file, ['embedding', 'states']);
    expect(rewritten.signature.outputs.map(({ name }) => name)).toEqual([POOLED, 'best']);
    // The mean of three tokens, and of two.
    const weights = float([1 / 3, 1 / 3, 1 / 3, 0.5, 0.5, 0], [2, 1, 3]);
    const found = await run(rewritten, { x, [POOL_WEIGHTS]: weights });
    expect(found[POOLED]!.dims).toEqual([2, 1, WIDTH]);
    const at = (row: number, token: number, i: number) => x.data[(row * 3 + token) * WIDTH + i] as number;
    const expected = [0, 1].flatMap((row) =>
      Array.from({ length: WIDTH }, (_, i) =>
        row === 0 ? (at(0, 0, i) + at(0, 1, i) + at(0, 2, i)) / 3 : (at(1, 0, i) + at(1, 1, i)) / 2,
      ),
    );
    expect(difference(found[POOLED], expected)).toBeLessThan(1e-6);
    expect(values(found.best)).toEqual(values((await runFile(file, { x })).best));
  });

  test('leaves a graph alone whose preferred output is pooled, or that has none of them', async () => {
    const file = onnxFile(nodes, [axis], [X], [states, best]);
    for (const names of [['best', 'states'], ['embedding']]) {
      const { signature } = await rewrite(file, names);
      expect(signature.outputs.map(({ name }) => name)).toEqual(['states', 'best']);
      expect(signature.inputs.map(({ name }) => name)).toEqual(['x']);
    }
  });
});
