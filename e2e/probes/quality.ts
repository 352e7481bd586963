/** Measures the quality loss of rewriting 4-bit graphs, relative to the unmodified graph of the same file. */

import { openTextTower } from '../../workers/embedder/text-tower.ts';
import { cosine } from '../../workers/embedder/vector.ts';
import { openFolder } from '../../workers/models/open.ts';
import { browserPlatform } from '../../workers/platform/browser/platform.ts';
import type { Runtime, Tensor } from '../../workers/runtime/types.ts';
import { createProgressMeter } from '../../workers/storage/progress.ts';
import { createStorage } from '../../workers/storage/storage.ts';
import { openTokenizer } from '../../workers/text/tokenizer.ts';

const { signal } = new AbortController();
const dtypes = { model: 'q4' } as const;

function folderAt(name: string) {
  const meter = createProgressMeter(() => {});
  const hubUrl = new URL('/hub/', self.location.origin).href;
  const modelsUrl = new URL('/models/', self.location.origin).href;
  const ref = new URL(`/models/${name}/`, self.location.origin).href;
  const storage = createStorage(browserPlatform);
  const { fetcher } = browserPlatform;
  return openFolder(ref, { storage, fetcher, signal, meter, onWarning() {}, hubUrl, modelsUrl });
}

const runtimeOf = (plain: boolean): Runtime =>
  browserPlatform.runtimes.openCpu({ threads: 1, customOperators: !plain });

/** Cosines of pairs of sentences, in order. */
export async function similarities(
  model: string,
  pairs: readonly (readonly [string, string])[],
  plain: boolean,
): Promise<number[]> {
  const tower = await openTextTower(runtimeOf(plain), await folderAt(model), 'model', dtypes, signal);
  const vectors: Float32Array[] = [];
  for await (const batch of tower.encode(pairs.flat(), signal)) {
    for (const { index, encoded } of batch) vectors[index] = encoded.vector;
  }
  return pairs.map((_, i) => cosine(vectors[2 * i] as Float32Array, vectors[2 * i + 1] as Float32Array));
}

/** Mean negative log-likelihood per token (nats) over independent texts, without the first token of each. */
export async function crossEntropy(model: string, texts: readonly string[], plain: boolean): Promise<number> {
  const runtime = runtimeOf(plain);
  const folder = await folderAt(model);
  const tokenizer = await openTokenizer(folder);
  const graph = await runtime.open({ folder, session: 'model', dtypes, signal });
  let sum = 0;
  let count = 0;
  for (const text of texts) {
    const { ids } = tokenizer.encode(text);
    const dims = [1, ids.length];
    const feeds: Record<string, Tensor> = {
      input_ids: runtime.tensor('int64', BigInt64Array.from(ids, BigInt), dims),
      attention_mask: runtime.tensor('int64', new BigInt64Array(ids.length).fill(1n), dims),
    };
    for (const [name, { shape }] of graph.inputs) {
      if (!name.startsWith('past_key_values')) continue;
      const empty = shape.map((axis, i) => (typeof axis === 'number' ? axis : i === 0 ? 1 : 0));
      feeds[name] = runtime.tensor('float32', new Float32Array(0), empty);
    }
    const { logits } = (await graph.run(feeds, ['logits'])) as { logits: Tensor };
    const data = (await logits.getData()) as Float32Array;
    const width = logits.dims[2] as number;
    logits.dispose();
    for (let at = 0; at + 1 < ids.length; at++) {
      sum -= logLikelihood(data.subarray(at * width, (at + 1) * width), ids[at + 1] as number);
      count++;
    }
  }
  return sum / count;
}

function logLikelihood(logits: Float32Array, token: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const x of logits) most = Math.max(most, x);
  let total = 0;
  for (const x of logits) total += Math.exp(x - most);
  return (logits[token] as number) - most - Math.log(total);
}
