import { describe, expect, test } from 'vitest';
import { DOMAIN, MATMUL_QUANTIZED, QUANTIZE, SKIP_LAYER_NORM } from '../operators/names.ts';
import {
  bytes,
  difference,
  float,
  floats,
  int64,
  onnxFile,
  random,
  randomBytes,
  run,
  runFile,
  runUnknown,
  values,
} from '../testing/onnx-graph.ts';
import { decodeModel } from './decode.ts';
import { makeNode } from './edit.ts';
import { DataType, MICROSOFT, type Node } from './onnx.ts';
import { type RewriteRequest, rewriteGraph } from './rewrite.ts';

const FLOAT = DataType.float;

function rewrite(file: ReturnType<typeof onnxFile>, options: Partial<RewriteRequest> = {}) {
  return rewriteGraph({ model: [file.model], externalData: file.externalData, target: 'wasm', ...options });
}

/** A MatMulNBits node and its constants. */
function product(
  name: string,
  input: string,
  { n, k, bits, blockSize }: { n: number; k: number; bits: 4 | 8; blockSize: number },
  zeroPoints = true,
): { node: Node; tensors: ReturnType<typeof bytes>[] } {
  const blocks = Math.ceil(k / blockSize);
  const seed = name.length + n * 7 + k;
  const scales = random(n * blocks, seed).map((value) => 0.02 + 0.01 * value);
  const zeroBytes = Math.ceil((blocks * bits) / 8);
  const tensors = [
    bytes(
      `${name}/q`,
      [n, blocks, (blockSize * bits) / 8],
      randomBytes((n * blocks * blockSize * bits) / 8, seed),
    ),
    floats(`${name}/s`, [n * blocks], scales),
  ];
  if (zeroPoints) tensors.push(bytes(`${name}/z`, [n * zeroBytes], randomBytes(n * zeroBytes, seed + 1)));
  const inputs = [input, ...tensors.map((tensor) => tensor.name)];
  const attributes = { N: n, K: k, bits, block_size: blockSize };
  return { node: makeNode('MatMulNBits', inputs, [name], attributes, MICROSOFT), tensors };
}

test('without our operators the graph stays as it is, and runs', async () => {
  const { node, tensors } = product('y', 'x', { n: 24, k: 64, bits: 4, blockSize: 32 });
  const file = onnxFile([node], tensors, [['x', FLOAT, ['rows', 64]]], [['y', FLOAT, ['rows', 24]]]);
  const rewritten = await rewrite(file, { customOperators: Promise.resolve(false) });
  expect(rewritten.summary).toMatchObject({ matMuls: 0, gathers: 0, fusions: 0 });
  expect(rewritten.signature.operators).toEqual(['com.microsoft.MatMulNBits']);
  const feeds = { x: float(random(5 * 64), [5, 64]) };
  const expected = await runFile(file, feeds);
  expect(values((await runUnknown(rewritten, feeds)).y)).toEqual(values(expected.y));
});

describe('MatMulNBits', () => {
  const cases = [
    { n: 24, k: 64, bits: 4, blockSize: 32, zeroPoints: true },
    { n: 17, k: 96, bits: 4, blockSize: 32, zeroPoints: true },
    { n: 24, k: 128, bits: 4, blockSize: 64, zeroPoints: false },
    { n: 16, k: 128, bits: 8, blockSize: 32, zeroPoints: true },
    { n: 16, k: 256, bits: 8, blockSize: 256, zeroPoints: false },
  ] as const;
  test.each(cases)(
    '$bits bits, blocks of $blockSize, zero points $zeroPoints',
    async ({ zeroPoints, ...shape }) => {
      const { node, tensors } = product('y', 'x', shape, zeroPoints);
      const file = onnxFile(
        [node],
        tensors,
        [['x', FLOAT, ['b', 's', shape.k]]],
        [['y', FLOAT, ['b', 's', shape.n]]],
      );
      const rewritten = await rewrite(file);
      expect(rewritten.summary.matMuls).toBe(1);
      expect(rewritten.signature.operators).not.toContain('com.microsoft.MatMulNBits');
      const x = random(6 * shape.k, 5);
      const feeds = { x: float(x, [2, 3, shape.k]) };
      const expected = (await runFile(file, feeds)).y!;
      const { y } = await run(rewritten, feeds);
      expect(y!.dims).toEqual([2, 3, shape.n]);
      // 8-bit weights keep seven bits.
      expect(difference(y, values(expected))).toBeLessThan(shape.bits === 8 ? 0.025 : 0.01);
    },
  );

  test('rows are quantized one by one, and a row of zeros stays zero', async () => {
    const shape = { n: 8, k: 32, bits: 4, blockSize: 32 } as const;
    const { node, tensors } = product('y', 'x', shape);
    const file = onnxFile([node], tensors, [['x', FLOAT, ['s', 32]]], [['y', FLOAT, ['s', 8]]]);
    const row = random(32, 3);
    const x = [...row, ...row.map((value) => value * 1e4), ...new Float32Array(32)];
    const { y } = await run(await rewrite(file), { x: float(x, [3, 32]) });
    const found = values(y);
    found.slice(0, 8).forEach((value, i) => {
      expect(found[8 + i]! / 1e4).toBeCloseTo(value, 4);
    });
    expect(found.slice(16).map(Math.abs)).toEqual(Array(8).fill(0));
  });

  test('no rows give no rows', async () => {
    const shape = { n: 17, k: 32, bits: 4, blockSize: 32 } as const;
    const { node, tensors } = product('y', 'x', shape);
    const file = onnxFile([node], tensors, [['x', FLOAT, ['s', 32]]], [['y', FLOAT, ['s', 17]]]);
    const { y } = await run(await rewrite(file), { x: float([], [0, 32]) });
    expect(y!.dims).toEqual([0, 17]);
  });

  test('a bias is added, shared activations are quantized once, older operator sets work', async () => {
    const a = product('a', 'x', { n: 8, k: 32, bits: 4, blockSize: 32 });
    const b = product('b', 'x', { n: 8, k: 32, bits: 8, blockSize: 32 });
    a.node.inputs.push('', 'bias');
    const tensors = [...a.tensors, ...b.tensors, floats('bias', [8], random(8, 9))];
    const outputs = ['a', 'b'].map((name): [string, number, (string | number)[]] => [name, FLOAT, ['s', 8]]);
    const file = onnxFile([a.node, b.node], tensors, [['x', FLOAT, ['s', 32]]], outputs, 17);
    const rewritten = await rewrite(file);
    const feeds = { x: float(random(64, 2), [2, 32]) };
    const expected = await runFile(file, feeds);
    const found = await run(rewritten, feeds);
    expect(difference(found.a, values(expected.a))).toBeLessThan(0.015);
    expect(difference(found.b, values(expected.b))).toBeLessThan(0.015);
    const quantizations = new TextDecoder('latin1').decode(rewritten.model).match(/QuantizeRows/g);
    expect(quantizations).toHaveLength(1);
  });
});

describe('what stands around products', () => {
  const size = { bits: 4, blockSize: 32 } as const;
  const ones = (name: string, n: number) =>
    floats(
      name,
      [n],
      random(n, 4).map((x) => 1 + x / 4),
    );
  const inputs: [string, number, (string | number)[]][] = [['x', FLOAT, ['b', 's', 64]]];
  const feeds = { x: float(random(2 * 5 * 64, 6), [2, 5, 64]) };

  test.each([false, true])('biases, GELU and the normalized sum, itself wanted: %s', async (isSumWanted) => {
    const up = product('up', 'h', { n: 96, k: 64, ...size });
    const down = product('down', 'g', { n: 64, k: 96, ...size });
    const epsilon = { float: 1e-3 };
    const nodes = [
      makeNode('LayerNormalization', ['x', 'gain', 'offset'], ['h'], { axis: -1, epsilon }),
      up.node,
      makeNode('Add', ['up', 'up.bias'], ['u']),
      makeNode('Gelu', ['u'], ['g']),
      down.node,
      makeNode('Add', ['down.bias', 'down'], ['d']),
      makeNode('Add', ['d', 'h'], ['sum']),
      makeNode('LayerNormalization', ['sum', 'gain', 'offset'], ['y'], { axis: -1, epsilon }),
      ...(isSumWanted ? [makeNode('Neg', ['sum'], ['z'])] : []),
    ];
    const tensors = [
      ...[...up.tensors, ...down.tensors, ones('gain', 64), floats('offset', [64], random(64, 5))],
      ...[floats('up.bias', [96], random(96, 7)), floats('down.bias', [64], random(64, 8))],
    ];
    const names = isSumWanted ? ['y', 'z'] : ['y'];
    const outputs = names.map((name): [string, number, (string | number)[]] => [name, FLOAT, ['b', 's', 64]]);
    const file = onnxFile(nodes, tensors, inputs, outputs);
    const rewritten = await rewrite(file);
    const norm = isSumWanted ? SKIP_LAYER_NORM.withSum : SKIP_LAYER_NORM.plain;
    const operators = [QUANTIZE.plain, QUANTIZE.gelu, MATMUL_QUANTIZED, norm].map(
      (name) => `${DOMAIN}.${name}`,
    );
    const others = ['LayerNormalization', ...(isSumWanted ? ['Neg'] : [])];
    expect([...rewritten.signature.operators].sort()).toEqual([...operators, ...others].sort());
    const expected = await runFile(file, feeds);
    const found = await run(rewritten, feeds);
    for (const name of names) expect(difference(found[name], values(expected[name]))).toBeLessThan(0.01);
  });

  test('a gated MLP', async () => {
    const gate = product('gate', 'x', { n: 96, k: 64, ...size });
    const up = product('up', 'x', { n: 96, k: 64, ...size });
    const down = product('down', 'g', { n: 64, k: 96, ...size });
    const nodes = [
      ...[gate.node, up.node, makeNode('Sigmoid', ['gate'], ['s'])],
      ...[makeNode('Mul', ['gate', 's'], ['silu']), makeNode('Mul', ['up', 'silu'], ['g']), down.node],
    ];
    const tensors = [...gate.tensors, ...up.tensors, ...down.tensors];
    const file = onnxFile(nodes, tensors, inputs, [['down', FLOAT, ['b', 's', 64]]]);
    const rewritten = await rewrite(file);
    const operators = [QUANTIZE.plain, QUANTIZE.gated, MATMUL_QUANTIZED].map((name) => `${DOMAIN}.${name}`);
    expect([...rewritten.signature.operators].sort()).toEqual(operators.sort());
    const { down: found } = await run(rewritten, feeds);
    expect(difference(found, values((await runFile(file, feeds)).down))).toBeLessThan(0.015);
  });
});

describe('GatherBlockQuantized', () => {
  const rows = 5;
  const k = 64;
  const ids = [4, 0, 3];
  const scales = random(rows * 2, 8);
  const gather = (extra: string[], attributes = {}) =>
    makeNode(
      'GatherBlockQuantized',
      ['table', 'ids', 'scales', ...extra],
      ['y'],
      { block_size: 32, ...attributes },
      MICROSOFT,
    );
  const inputs: [string, number, string[]][] = [['ids', DataType.int64, ['b', 's']]];
  const outputs: [string, number, (string | number)[]][] = [['y', FLOAT, ['b', 's', k]]];
  const feeds = () => ({ ids: int64(ids, [1, 3]) });
  const nibble = (data: Uint8Array, index: number) => (data[index >> 1]! >> ((index & 1) * 4)) & 15;
  const expected = (value: (row: number, column: number) => number) =>
    ids.flatMap((row) =>
      Array.from({ length: k }, (_, column) => value(row, column) * scales[row * 2 + (column >> 5)]!),
    );

  test('4-bit bytes with zero points', async () => {
    const table = randomBytes(rows * 32, 3);
    const zero = randomBytes(rows, 4);
    const tensors = [
      bytes('table', [rows, 32], table),
      floats('scales', [rows, 2], scales),
      bytes('z', [rows, 1], zero),
    ];
    const rewritten = await rewrite(onnxFile([gather(['z'])], tensors, inputs, outputs));
    expect(rewritten.summary.gathers).toBe(1);
    const { y } = await run(rewritten, feeds());
    expect(y!.dims).toEqual([1, 3, k]);
    const wanted = expected(
      (row, column) => nibble(table, row * k + column) - nibble(zero, row * 2 + (column >> 5)),
    );
    expect(difference(y, wanted)).toBeLessThan(1e-6);
  });

  test('8-bit bytes without zero points', async () => {
    const table = randomBytes(rows * k, 3);
    const tensors = [bytes('table', [rows, k], table), floats('scales', [rows, 2], scales)];
    const { y } = await run(
      await rewrite(onnxFile([gather([], { bits: 8 })], tensors, inputs, outputs)),
      feeds(),
    );
    expect(
      difference(
        y,
        expected((row, column) => table[row * k + column]! - 128),
      ),
    ).toBeLessThan(1e-6);
  });

  test.each([
    [21, (q: number) => q],
    [22, (q: number) => (q ^ 8) - 8],
  ])('packed type %i', async (type, value) => {
    const table = randomBytes(rows * 32, 3);
    const tensors = [
      { name: 'table', dims: [rows, k], type, data: table },
      floats('scales', [rows, 2], scales),
    ];
    const { y } = await run(await rewrite(onnxFile([gather([])], tensors, inputs, outputs)), feeds());
    expect(
      difference(
        y,
        expected((row, column) => value(nibble(table, row * k + column))),
      ),
    ).toBeLessThan(1e-6);
  });
});

describe('next token', () => {
  const head = product('logits', 'h', { n: 512, k: 32, bits: 4, blockSize: 32 });
  const nodes = [makeNode('Relu', ['x'], ['h']), head.node];
  const file = () =>
    onnxFile(nodes, head.tensors, [['x', FLOAT, ['b', 's', 32]]], [['logits', FLOAT, ['b', 's', 512]]]);
  const feeds = { x: float(random(2 * 3 * 32, 11), [2, 3, 32]) };
  const greedy = (logits: number[]) =>
    [0, 1].map((entry) => {
      const last = logits.slice((entry * 3 + 2) * 512, (entry * 3 + 3) * 512);
      return last.indexOf(Math.max(...last));
    });

  test.each(['wasm', 'webgpu'] as const)('replaces the logits (%s)', async (target) => {
    const rewritten = await rewrite(file(), { target, nextToken: true });
    expect(rewritten.signature.outputs).toEqual([
      { name: 'next_token', type: DataType.int64, shape: ['b', 1] },
    ]);
    const { next_token: token } = await run(rewritten, feeds);
    expect(token!.dims).toEqual([2, 1]);
    expect(values(token)).toEqual(greedy(values((await runFile(file(), feeds)).logits)));
  });

  test('reduces along the last axis only on WebGPU, before any other the runtime transposes', async () => {
    const { model } = await rewrite(file(), { target: 'webgpu', nextToken: true });
    const { nodes, initializers } = (await decodeModel([model], undefined)).graph;
    const axes = nodes
      .filter(({ opType }) => opType.startsWith('Reduce'))
      .map(({ inputs, attributes }) => {
        const given = initializers.get(inputs[1] ?? '');
        return given
          ? [...new BigInt64Array(given.data.slice().buffer)].map(Number)
          : attributes.find(({ name }) => name === 'axes')?.ints;
      });
    expect(axes).toEqual([[2], [1], [2], [1]]);
  });

  test('stays beside logits that are kept', async () => {
    const { logits, next_token: token } = await run(
      await rewrite(file(), { nextToken: true, keep: ['logits'] }),
      feeds,
    );
    expect(logits!.dims).toEqual([2, 3, 512]);
    expect(values(token)).toEqual(greedy(values(logits)));
  });

  test('is refused where there are no logits', async () => {
    const { node, tensors } = product('y', 'x', { n: 8, k: 32, bits: 4, blockSize: 32 });
    const other = onnxFile([node], tensors, [['x', FLOAT, ['s', 32]]], [['y', FLOAT, ['s', 8]]]);
    await expect(rewrite(other, { nextToken: true })).rejects.toThrow("no output 'logits'");
  });
});

describe('reading', () => {
  const { node, tensors } = product('y', 'x', { n: 64, k: 64, bits: 4, blockSize: 32 });
  const file = onnxFile([node], tensors, [['x', FLOAT, ['s', 64]]], [['y', FLOAT, ['s', 64]]]);

  function* pieces(data: Uint8Array, size: number) {
    for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
  }

  test('does not depend on how the file is cut', async () => {
    const whole = await rewrite(file);
    const cut = await rewrite(file, {
      model: pieces(file.model, 7),
      externalData: new Map([...file.externalData].map(([path, [data]]) => [path, pieces(data!, 13)])),
    });
    expect(cut.externalData).toEqual(whole.externalData);
    expect(cut.signature).toEqual(whole.signature);
  });

  test('refuses truncated files, other files, and missing weights', async () => {
    await expect(rewrite(file, { model: [file.model.subarray(0, -9)] })).rejects.toThrow('too early');
    await expect(rewrite(file, { model: [new TextEncoder().encode('<!doctype html>')] })).rejects.toThrow();
    await expect(rewrite(file, { externalData: new Map() })).rejects.toThrow('which is missing');
  });

  test('stops when aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(rewrite(file, { signal })).rejects.toThrow('enough');
  });
});
