/** The custom operators in the current browser: with and without relaxed SIMD, with one thread and several. */
import { seeded } from '../../workers/index/random.ts';
import { DOTS, type SimdDot } from '../../workers/operators/dot.ts';
import { BLOCK, TILE } from '../../workers/operators/layout.ts';
import { matmulKernel } from '../../workers/operators/matmul.ts';
import { packWeights } from '../../workers/operators/pack.ts';
import { quantizeKernel } from '../../workers/operators/quantize.ts';
import { browserPlatform } from '../../workers/platform/browser/platform.ts';
import type { Tensor } from '../../workers/runtime/types.ts';
import { assemble } from '../../workers/simd/assemble.ts';
import { servedFolder } from './served-folder.ts';

interface Products {
  quantizeGroups(...args: number[]): void;
  matmulTiles(...args: number[]): void;
}

const [ROWS, K, N] = [7, 96, 20];

/** A matrix product with each way of summing products; null if the browser does not support it. */
export function product(bits: 4 | 8, dot: SimdDot): number[] | null {
  const code = assemble({ ...quantizeKernel, ...matmulKernel(DOTS[dot]) }, true);
  if (!WebAssembly.validate(code)) return null;
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65_536, shared: true });
  const table = new WebAssembly.Table({ initial: 0, element: 'anyfunc' });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { host: { memory, table } });
  const { quantizeGroups, matmulTiles } = exports as unknown as Products;
  const random = seeded(bits);
  const floats = (count: number) => Float32Array.from({ length: count }, () => 2 * random() - 1);
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => 256 * random());
  const weights = packWeights({
    packed: bytes((N * K * bits) / 8),
    scales: floats((N * K) / BLOCK),
    zeroPoints: bytes(N * 4),
    bias: floats(N),
    n: N,
    k: K,
    bits,
    blockSize: BLOCK,
  });
  const [input, rows, packed, output, partial] = [0, 1, 2, 3, 4].map((i) => i << 16) as [
    number,
    number,
    number,
    number,
    number,
  ];
  new Float32Array(memory.buffer).set(floats(ROWS * K), input / 4);
  new Uint8Array(memory.buffer).set(weights, packed);
  quantizeGroups(0, input, input, rows, ROWS, K / BLOCK, 0, 2);
  matmulTiles(rows, packed, output, ROWS, 0, Math.ceil(N / TILE), partial);
  return [...new Float32Array(memory.buffer, output, ROWS * N)];
}

const { signal } = new AbortController();
const TOKENS = 400;

const folder = servedFolder('/models/tiny-llama/', 'q4', 'onnx/model_q4.onnx');

/** The last position's logits for a text long enough that every operator is distributed over threads. */
export async function logits(threads: number): Promise<number[]> {
  const runtime = browserPlatform.runtimes.openCpu({ threads });
  const session = await runtime.open({ folder, session: 'model', dtypes: { model: 'q4' }, signal });
  const ids = BigInt64Array.from({ length: TOKENS }, (_, i) => BigInt(3 + ((i * 7) % 300)));
  const feeds: Record<string, Tensor> = {};
  for (const [name, { type, shape }] of session.inputs) {
    const dims = shape.map((axis, i) => (typeof axis === 'number' ? axis : i === 0 ? 1 : 0));
    if (type === 'float32') feeds[name] = runtime.tensor('float32', new Float32Array(0), dims);
    else if (name === 'attention_mask')
      feeds[name] = runtime.tensor('int64', new BigInt64Array(TOKENS).fill(1n), [1, TOKENS]);
    else if (name === 'position_ids')
      feeds[name] = runtime.tensor(
        'int64',
        BigInt64Array.from(ids, (_, i) => BigInt(i)),
        [1, TOKENS],
      );
    else feeds[name] = runtime.tensor('int64', ids, [1, TOKENS]);
  }
  const { logits } = await session.run(feeds, ['logits']);
  const data = (await logits?.getData()) as Float32Array;
  runtime.dispose();
  return [...data.slice(-data.length / TOKENS)];
}
