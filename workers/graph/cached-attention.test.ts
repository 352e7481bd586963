import { expect, test } from 'vitest';
import { DOMAIN } from '../operators/names.ts';
import {
  difference,
  float,
  floats,
  onnxFile,
  random,
  run,
  runFile,
  type Value,
  values,
} from '../testing/onnx-graph.ts';
import { makeNode } from './edit.ts';
import { DataType, int64Tensor, MICROSOFT } from './onnx.ts';
import { rewriteGraph } from './rewrite.ts';

const FLOAT = DataType.float;

test.each([0, 3])(
  'attention over a cache of %i keys, with norms behind embeddings of any form',
  async (past) => {
    const [width, heads] = [32, 4];
    const size = width / heads;
    const vector = (name: string, seed: number) => floats(name, [width], random(width, seed));
    const matrix = (name: string, seed: number) => floats(name, [width, width], random(width * width, seed));
    const constants = [
      ...['q', 'k', 'v', 'o'].flatMap((name, i) => [matrix(`${name}.w`, i + 1), vector(`${name}.b`, i + 9)]),
      ...['g', 'b', 'class'].map((name, i) => vector(name, i + 20)),
      int64Tensor('heads', [0, 0, heads, size]),
      int64Tensor('whole', [0, 0, width]),
      int64Tensor('one', [1]),
      int64Tensor('axis', [2]),
      floats('scale', [], [size ** -0.5]),
    ];
    const linear = (name: string, input: string, output: string) => [
      makeNode('MatMul', [input, `${name}.w`], [`${output}/product`]),
      makeNode('Add', [`${output}/product`, `${name}.b`], [output]),
    ];
    const split = (name: string) => [
      ...linear(name, 'h', name),
      makeNode('Reshape', [name, 'heads'], [`${name}4`]),
      makeNode('Transpose', [`${name}4`], [`${name}h`], { perm: [0, 2, 1, 3] }),
    ];
    const nodes = [
      // A class token before the sum of several embeddings.
      makeNode('ReduceSum', ['x', 'axis'], ['tokens'], { keepdims: 0 }),
      makeNode('Shape', ['x'], ['batch'], { start: 0, end: 1 }),
      makeNode('Concat', ['batch', 'one', 'one'], ['shape'], { axis: 0 }),
      makeNode('Expand', ['class', 'shape'], ['first']),
      makeNode('Concat', ['first', 'tokens'], ['all'], { axis: 1 }),
      makeNode('LayerNormalization', ['all', 'g', 'b'], ['h']),
      ...['q', 'k', 'v'].flatMap(split),
      makeNode('Concat', ['past_k', 'kh'], ['present_k'], { axis: 2 }),
      makeNode('Concat', ['past_v', 'vh'], ['present_v'], { axis: 2 }),
      makeNode('Mul', ['qh', 'scale'], ['scaled']),
      makeNode('Transpose', ['present_k'], ['turned'], { perm: [0, 1, 3, 2] }),
      makeNode('MatMul', ['scaled', 'turned'], ['raw']),
      makeNode('Add', ['raw', 'mask'], ['scores']),
      makeNode('Softmax', ['scores'], ['weights'], { axis: -1 }),
      makeNode('MatMul', ['weights', 'present_v'], ['mixed']),
      makeNode('Transpose', ['mixed'], ['back'], { perm: [0, 2, 1, 3] }),
      makeNode('Reshape', ['back', 'whole'], ['joined']),
      ...linear('o', 'joined', 'attended'),
      makeNode('Add', ['attended', 'h'], ['sum']),
      makeNode('LayerNormalization', ['sum', 'g', 'b'], ['y']),
    ];
    const cache = (name: string): Value => [name, FLOAT, ['b', heads, `${name}_length`, size]];
    const file = onnxFile(
      nodes,
      constants,
      [
        ['x', FLOAT, ['b', 's', 2, width]],
        ['mask', FLOAT, ['b', 1, 's1', 't']],
        cache('past_k'),
        cache('past_v'),
      ],
      [['y', FLOAT, ['b', 's1', width]], cache('present_k'), cache('present_v')],
    );
    const rewritten = await rewriteGraph({
      model: [file.model],
      externalData: file.externalData,
      target: 'wasm',
    });
    expect(rewritten.signature.operators).not.toContain('Softmax');
    expect(rewritten.signature.operators).toEqual(
      expect.arrayContaining([`${DOMAIN}.AttentionBNSH`, `${MICROSOFT}.SkipLayerNormalization`]),
    );
    const [batch, tokens] = [2, 4];
    const total = past + tokens + 1;
    const hidden = Array.from({ length: batch * (tokens + 1) * total }, (_, i) =>
      i % total > past + (Math.floor(i / total) % (tokens + 1)) ? -3e38 : 0,
    );
    const earlier = (seed: number) => float(random(batch * width * past, seed), [batch, heads, past, size]);
    const feeds = {
      x: float(random(batch * tokens * 2 * width, 41), [batch, tokens, 2, width]),
      mask: float(hidden, [batch, 1, tokens + 1, total]),
      past_k: earlier(5),
      past_v: earlier(6),
    };
    const [found, expected] = [await run(rewritten, feeds), await runFile(file, feeds)];
    for (const name of ['y', 'present_k', 'present_v'])
      expect(difference(found[name], values(expected[name]))).toBeLessThan(1e-5);
  },
);
