import { expect, test } from 'vitest';
import { assemble } from '../simd/assemble.ts';
import { random, randomBytes } from '../testing/onnx-graph.ts';
import { DOTS, type Dot } from './dot.ts';
import { BLOCK, ROW_BLOCK_BYTES, ROWS, TILE } from './layout.ts';
import { matmulKernel } from './matmul.ts';
import { type BlockQuantized, packWeights } from './pack.ts';
import { quantizeKernel, SOURCES, type Source } from './quantize.ts';

interface Functions {
  quantizeGroups(...args: number[]): void;
  matmulTiles(...args: number[]): void;
}

const memory = new WebAssembly.Memory({ initial: 64, maximum: 65_536, shared: true });
const table = new WebAssembly.Table({ initial: 0, element: 'anyfunc' });
const functionsWith = (dot: Dot) =>
  new WebAssembly.Instance(
    new WebAssembly.Module(assemble({ ...quantizeKernel, ...matmulKernel(dot) }, true)),
    { host: { memory, table } },
  ).exports as unknown as Functions;
const { quantizeGroups, matmulTiles } = functionsWith(DOTS.plain);
/** The order of work for processors that sum four products at once, in instructions that every engine has. */
const inFours = functionsWith({ ...DOTS.plain, isFused: true });

/** Places in the memory, far enough apart for what is tested here. */
const [INPUT, SECOND, ROWS_AT, WEIGHTS, OUTPUT, PARTIAL_TILE] = [0, 1, 2, 3, 4, 5].map((i) => i << 19) as [
  number,
  number,
  number,
  number,
  number,
  number,
];
const write = (at: number, data: Float32Array | Uint8Array) =>
  new Uint8Array(memory.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);

function quantize(source: Source, rows: number, k: number, input: Float32Array, second = input) {
  write(INPUT, input);
  write(SECOND, second);
  const groups = Math.ceil(rows / ROWS);
  const from = SOURCES.indexOf(source);
  const half = groups >> 1; // two jobs, as two threads would have them
  if (half > 0) quantizeGroups(from, INPUT, SECOND, ROWS_AT, rows, k / BLOCK, 0, half);
  quantizeGroups(from, INPUT, SECOND, ROWS_AT, rows, k / BLOCK, half, groups);
}

/** What the quantized rows stand for. */
function dequantized(rows: number, k: number): number[] {
  const blocks = k / BLOCK;
  const bytes = new DataView(memory.buffer, ROWS_AT);
  return Array.from({ length: rows * k }, (_, i) => {
    const [row, at] = [Math.floor(i / k), i % k];
    const group = row - (row % ROWS);
    const rowsInGroup = Math.min(ROWS, rows - group);
    const block = group * blocks * ROW_BLOCK_BYTES + Math.floor(at / BLOCK) * rowsInGroup * ROW_BLOCK_BYTES;
    const scale = bytes.getFloat32(block + 4 * (row - group), true);
    return bytes.getInt8(block + 8 * rowsInGroup + BLOCK * (row - group) + (at % BLOCK)) * scale;
  });
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const gelu = (x: number) => x * sigmoid(Math.sqrt(8 / Math.PI) * (x + 0.044715 * x ** 3));

test.each([1, 3, 4, 6, 9])(
  '%i rows of each kind are exact to half a quantization step of their block',
  (rows) => {
    const k = 96;
    const input = random(rows * k, rows).map((x, i) => x * (i % 7 === 0 ? 40 : 3));
    const second = random(rows * k, 20);
    input.fill(0, 0, BLOCK);
    const wanted: Record<Source, number[]> = {
      plain: [...input],
      gelu: [...input].map(gelu),
      gated: [...input].map((x, i) => x * sigmoid(x) * second[i]!),
    };
    for (const source of SOURCES) {
      quantize(source, rows, k, input, second);
      const found = dequantized(rows, k);
      for (let at = 0; at < rows * k; at += BLOCK) {
        const block = wanted[source].slice(at, at + BLOCK);
        const step = Math.max(...block.map(Math.abs)) / 127;
        block.forEach((value, i) => {
          expect(Math.abs(found[at + i]! - value)).toBeLessThanOrEqual(step * 0.5001 + 1e-12);
        });
      }
    }
  },
);

/** The weight of channel `c` at position `i`, as MatMulNBits has it. */
function weightOf({ packed, scales, zeroPoints, k, bits, blockSize }: BlockQuantized, c: number, i: number) {
  const blocks = k / blockSize;
  const block = Math.floor(i / blockSize);
  const nibble = (data: Uint8Array, at: number) => (data[at >> 1]! >> (4 * (at & 1))) & 15;
  const scale = scales[c * blocks + block]!;
  if (bits === 8) return (packed[c * k + i]! - (zeroPoints?.[c * blocks + block] ?? 128)) * scale;
  const zero = zeroPoints ? nibble(zeroPoints, c * 2 * Math.ceil(blocks / 2) + block) : 8;
  return (nibble(packed, c * k + i) - zero) * scale;
}

test.each([
  { rows: 1, k: 32, n: 8, bits: 4, blockSize: 32, zeros: true, bias: false },
  { rows: 5, k: 96, n: 17, bits: 4, blockSize: 32, zeros: true, bias: true },
  { rows: 4, k: 128, n: 3, bits: 4, blockSize: 64, zeros: false, bias: true },
  { rows: 11, k: 64, n: 40, bits: 4, blockSize: 32, zeros: false, bias: false },
  { rows: 7, k: 128, n: 13, bits: 8, blockSize: 32, zeros: true, bias: true },
  { rows: 2, k: 256, n: 16, bits: 8, blockSize: 256, zeros: false, bias: false },
] as const)('$rows × $k × $n with $bits bits: exact but for the rounding of rows', (shape) => {
  const { rows, k, n, bits, blockSize } = shape;
  const blocks = k / blockSize;
  const zeroBytes = n * (bits === 8 ? blocks : Math.ceil(blocks / 2));
  const source: BlockQuantized = {
    packed: randomBytes((n * k * bits) / 8, 5),
    scales: random(n * blocks, 7).map((x) => 0.02 + 0.01 * x),
    zeroPoints: shape.zeros ? randomBytes(zeroBytes, 9) : undefined,
    bias: shape.bias ? random(n, 11) : undefined,
    n,
    k,
    bits,
    blockSize,
  };
  quantize('plain', rows, k, random(rows * k, 3));
  const x = dequantized(rows, k);
  write(WEIGHTS, packWeights(source));
  const output = new Float32Array(memory.buffer, OUTPUT, rows * n + 1);
  output.fill(Number.NaN);
  const tiles = Math.ceil(n / TILE);
  const half = tiles >> 1;
  if (half > 0) matmulTiles(ROWS_AT, WEIGHTS, OUTPUT, rows, 0, half, PARTIAL_TILE);
  matmulTiles(ROWS_AT, WEIGHTS, OUTPUT, rows, half, tiles, PARTIAL_TILE);
  let largest = 0;
  let difference = 0;
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < n; c++) {
      let sum = source.bias?.[c] ?? 0;
      for (let i = 0; i < k; i++) sum += x[row * k + i]! * weightOf(source, c, i);
      largest = Math.max(largest, Math.abs(sum));
      difference = Math.max(difference, Math.abs(sum - output[row * n + c]!));
    }
  }
  // 8-bit weights keep seven bits.
  expect(difference / largest).toBeLessThan(bits === 8 ? 0.02 : 1e-6);
  expect(output[rows * n]).toBeNaN(); // nothing is written beyond the last column
  const found = output.slice();
  output.fill(Number.NaN);
  inFours.matmulTiles(ROWS_AT, WEIGHTS, OUTPUT, rows, 0, tiles, PARTIAL_TILE);
  expect(output).toEqual(found);
});
