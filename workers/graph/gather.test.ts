import { describe, expect, test } from 'vitest';
import { DOMAIN, GATHER_QUANTIZED, SKIP_LAYER_NORM } from '../operators/names.ts';
import {
  bytes,
  type Feeds,
  floats,
  int64,
  onnxFile,
  random,
  randomBytes,
  run,
  runFile,
  values,
} from '../testing/onnx-graph.ts';
import { makeNode } from './edit.ts';
import { DataType, int64Tensor, MICROSOFT } from './onnx.ts';
import { type RewriteRequest, rewriteGraph } from './rewrite.ts';

const FLOAT = DataType.float;
const ROWS = 7;

const rewrite = (file: ReturnType<typeof onnxFile>, options: Partial<RewriteRequest> = {}) =>
  rewriteGraph({ model: [file.model], externalData: file.externalData, target: 'wasm', ...options });

const nibble = (data: Uint8Array, at: number) => (data[at >> 1]! >> (4 * (at & 1))) & 15;

/** A table, and what its rows stand for in single precision. */
function quantizedTable(k: number, blockSize: number) {
  const blocks = k / blockSize;
  const perRow = Math.ceil(blocks / 2);
  const table = randomBytes((ROWS * k) / 2, 3);
  const zeros = randomBytes(ROWS * perRow, 4);
  const scales = random(ROWS * blocks, 8);
  const tensors = [
    bytes('table', [ROWS, k / 2], table),
    floats('scales', [ROWS, blocks], scales),
    bytes('zeros', [ROWS, perRow], zeros),
  ];
  const row = (id: number) =>
    Array.from({ length: k }, (_, i) => {
      const block = Math.floor(i / blockSize);
      const zero = nibble(zeros, id * 2 * perRow + block);
      return Math.fround((nibble(table, id * k + i) - zero) * scales[id * blocks + block]!);
    });
  return { tensors, row };
}

const gather = (blockSize: number) =>
  makeNode(
    'GatherBlockQuantized',
    ['table', 'ids', 'scales', 'zeros'],
    ['y'],
    { block_size: blockSize },
    MICROSOFT,
  );

function gathering(k: number, blockSize: number, rank: number, type: number = DataType.int64) {
  const { tensors, row } = quantizedTable(k, blockSize);
  const axes = Array.from({ length: rank }, (_, i) => `axis${i}`);
  const file = onnxFile([gather(blockSize)], tensors, [['ids', type, axes]], [['y', FLOAT, [...axes, k]]]);
  return { file, row };
}

describe('rows of a 4-bit table, by our operator', () => {
  test.each([
    { k: 64, blockSize: 32, shape: [2, 3] },
    { k: 96, blockSize: 32, shape: [6] },
    { k: 256, blockSize: 128, shape: [1, 2, 3] },
    { k: 192, blockSize: 64, shape: [6, 1] },
  ])('$k wide, blocks of $blockSize, indices $shape: exactly', async ({ k, blockSize, shape }) => {
    const { file, row } = gathering(k, blockSize, shape.length);
    const rewritten = await rewrite(file);
    expect(rewritten.signature.operators).toContain(`${DOMAIN}.${GATHER_QUANTIZED}`);
    const { y } = await run(rewritten, { ids: int64([6, 0, 3, -1, -7, 2], shape) });
    expect(y!.dims).toEqual([...shape, k]);
    expect(values(y)).toEqual([6, 0, 3, 6, 0, 2].flatMap(row));
  });

  test('with smaller blocks, standard operators do the same', async () => {
    const { file, row } = gathering(64, 16, 2);
    const rewritten = await rewrite(file);
    expect(rewritten.signature.operators).not.toContain('com.microsoft.GatherBlockQuantized');
    const { y } = await run(rewritten, { ids: int64([6, 0], [1, 2]) });
    expect(y!.dims).toEqual([1, 2, 64]);
    expect(values(y)).toEqual([6, 0].flatMap(row));
  });

  test('one index, no index, indices of 32 bits', async () => {
    const one = gathering(64, 32, 0);
    const { y: single } = await run(await rewrite(one.file), { ids: int64([5], []) });
    expect(single!.dims).toEqual([64]);
    expect(values(single)).toEqual(one.row(5));
    const none = gathering(64, 32, 2);
    const { y: empty } = await run(await rewrite(none.file), { ids: int64([], [1, 0]) });
    expect(empty!.dims).toEqual([1, 0, 64]);
    const short = gathering(64, 32, 1, DataType.int32);
    const ids = { type: 'int32', data: Int32Array.of(4, -2), dims: [2] } as unknown as Feeds[string];
    const { y } = await run(await rewrite(short.file), { ids });
    expect(values(y)).toEqual([4, 5].flatMap(short.row));
  });

  test.each([ROWS, -ROWS - 1, 2 ** 32, -(2 ** 40)])('refuses the index %d', async (id) => {
    const { file, row } = gathering(64, 32, 1);
    const rewritten = await rewrite(file);
    await expect(run(rewritten, { ids: int64([1, id], [2]) })).rejects.toThrow(GATHER_QUANTIZED);
    const { y } = await run(rewritten, { ids: int64([1], [1]) });
    expect(values(y)).toEqual(row(1));
  });

  test('what reads them is fused as elsewhere', async () => {
    const { tensors } = quantizedTable(64, 32);
    const product = makeNode(
      'MatMulNBits',
      ['y', 'w', 's'],
      ['p'],
      { N: 64, K: 64, bits: 4, block_size: 32 },
      MICROSOFT,
    );
    const nodes = [
      gather(32),
      makeNode('LayerNormalization', ['y', 'gain', 'offset'], ['h']),
      { ...product, inputs: ['h', 'w', 's'] },
      makeNode('Add', ['p', 'h'], ['sum']),
      makeNode('LayerNormalization', ['sum', 'gain', 'offset'], ['z']),
    ];
    const weights = [
      bytes('w', [64, 2, 16], randomBytes(64 * 32, 5)),
      floats('s', [128], random(128, 6)),
      ...['gain', 'offset'].map((name) => floats(name, [64], random(64, name.length))),
    ];
    const file = onnxFile(
      nodes,
      [...tensors, ...weights],
      [['ids', DataType.int64, ['b', 's']]],
      [['z', FLOAT, ['b', 's', 64]]],
    );
    const { signature } = await rewrite(file);
    expect(signature.operators).toContain(`${DOMAIN}.${SKIP_LAYER_NORM.plain}`);
  });
});

describe('rows gathered and unpacked by standard operators', () => {
  /** The halves of the gathered bytes, one after the other. */
  const unpack = (table: string, to: string, shape: string) => [
    makeNode('Gather', [table, 'ids'], [`${to}/rows`]),
    makeNode('Cast', [`${to}/rows`], [`${to}/bytes`], { to: FLOAT }),
    makeNode('Div', [`${to}/bytes`, 'sixteen'], [`${to}/shifted`]),
    makeNode('Floor', [`${to}/shifted`], [`${to}/high`]),
    makeNode('Mul', [`${to}/high`, 'sixteen'], [`${to}/aligned`]),
    makeNode('Sub', [`${to}/bytes`, `${to}/aligned`], [`${to}/low`]),
    makeNode('Unsqueeze', [`${to}/low`, 'last'], [`${to}/lows`]),
    makeNode('Unsqueeze', [`${to}/high`, 'last'], [`${to}/highs`]),
    makeNode('Concat', [`${to}/lows`, `${to}/highs`], [`${to}/both`], { axis: -1 }),
    makeNode('Reshape', [`${to}/both`, shape], [to]),
  ];
  const K = 128;
  const { tensors } = quantizedTable(K, 32);
  const constants = [
    floats('sixteen', [], [16]),
    int64Tensor('last', [-1]),
    int64Tensor('blocks', [0, 0, K / 32, 32]),
    int64Tensor('points', [0, 0, -1, 1]),
  ];
  const file = (shape: number[], tables = tensors) =>
    onnxFile(
      [
        ...unpack('table', 'values', 'blocks'),
        ...unpack('zeros', 'zero', 'points'),
        makeNode('Gather', ['scales', 'ids'], ['scale']),
        makeNode('Unsqueeze', ['scale', 'last'], ['factor']),
        makeNode('Sub', ['values', 'zero'], ['centred']),
        makeNode('Mul', ['centred', 'factor'], ['scaled']),
        makeNode('Reshape', ['scaled', 'shape'], ['y']),
      ],
      [...tables, ...constants, int64Tensor('shape', shape)],
      [['ids', DataType.int64, ['b', 's']]],
      [['y', FLOAT, shape.map((axis) => (axis > 0 ? axis : `axis${axis}`))]],
    );
  const feeds = { ids: int64([6, 0, 3, 3], [2, 2]) };

  test('become one operator with the same result, on each device its own', async () => {
    const original = file([0, 0, K]);
    const rewritten = await rewrite(original);
    expect(rewritten.signature.operators).toEqual(['Cast', `${DOMAIN}.${GATHER_QUANTIZED}`]);
    const { y } = await run(rewritten, feeds);
    expect(values(y)).toEqual(values((await runFile(original, feeds)).y));
    const { signature } = await rewrite(original, { target: 'webgpu' });
    expect(signature.operators).toEqual([`${MICROSOFT}.GatherBlockQuantized`]);
  });

  test('a table that a product shares has its rows in blocks', async () => {
    const [table, ...others] = tensors;
    const shared = file([0, 0, K], [{ ...table!, dims: [ROWS, K / 32, 16] }, ...others]);
    const rewritten = await rewrite(shared);
    expect(rewritten.signature.operators).toEqual(['Cast', `${DOMAIN}.${GATHER_QUANTIZED}`]);
    const { y } = await run(rewritten, feeds);
    expect(values(y)).toEqual(values((await runFile(shared, feeds)).y));
    const { signature } = await rewrite(shared, { target: 'webgpu' });
    expect(signature.operators).toEqual([`${MICROSOFT}.GatherBlockQuantized`]);
  });

  test('stay as they are where the result has another shape', async () => {
    const { signature } = await rewrite(file([-1, K]));
    expect(signature.operators).not.toContain(`${DOMAIN}.${GATHER_QUANTIZED}`);
  });
});
