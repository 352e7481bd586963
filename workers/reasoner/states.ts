/** Inputs of an embedding head: decoder outputs over all tokens, with an attention mask. */
import type { Tensor } from '../runtime/types.ts';
import { disposeAll, emptyCache } from './cache.ts';
import { type Decoder, forward } from './decoder.ts';
import { plainPositions } from './positions.ts';
import type { PreparedPrompt, Run } from './run.ts';

export interface States {
  /** `attention_mask` (int64 [batch, total]) and the kept outputs ([batch, total, …]) by name, as the head's inputs. */
  feeds: Record<string, Tensor>;
  /** Number of tokens of each row without padding; rows are padded on the right. */
  lengths: readonly number[];
  /** Whether they are those of a single photograph without text, and of its trace. */
  isPhotograph: boolean;
  dispose(): void;
}

/** The states of a run, concatenated over time. */
export async function takeStates(
  { runtime }: Decoder,
  run: Run,
  { isPhotograph }: PreparedPrompt,
): Promise<States> {
  const feeds: Record<string, Tensor> = { attention_mask: ones(run.past) };
  for (const [name, parts] of Object.entries(run.kept)) {
    const [first] = parts as [Tensor, ...Tensor[]];
    const chunks = await Promise.all(parts.map((part) => part.getData()));
    const data = joined(chunks as Float32Array[]);
    feeds[name] = runtime.tensor(first.type as 'float32', data, [1, run.past, ...first.dims.slice(2)]);
  }
  return statesOf(feeds, [run.past], isPhotograph);

  function ones(length: number): Tensor {
    return runtime.tensor('int64', new BigInt64Array(length).fill(1n), [1, length]);
  }
}

/** Encodes prompts of different lengths in one pass, padded on the right; without images. */
export async function encodeBatch(
  decoder: Decoder,
  prompts: readonly PreparedPrompt[],
  padId: number,
): Promise<States> {
  const { runtime } = decoder;
  const lengths = prompts.map(({ ids }) => ids.length);
  const width = Math.max(...lengths);
  const dims = [prompts.length, width];
  const ids = new BigInt64Array(prompts.length * width).fill(BigInt(padId));
  const mask = new BigInt64Array(ids.length);
  for (const [row, prompt] of prompts.entries()) {
    ids.set(prompt.ids.map(BigInt), row * width);
    mask.fill(1n, row * width, row * width + prompt.ids.length);
  }
  const attentionMask = runtime.tensor('int64', mask, dims);
  const { kept } = await forward(
    decoder,
    {
      ids: runtime.tensor('int64', ids, dims),
      past: 0,
      cache: emptyCache(runtime, decoder.slots, prompts.length),
      positions: plainPositions,
      mask: attentionMask,
      prefixLength: width,
    },
    { cache: false, next: false },
  );
  return statesOf({ attention_mask: attentionMask, ...kept }, lengths, false);
}

function statesOf(feeds: Record<string, Tensor>, lengths: readonly number[], isPhotograph: boolean): States {
  return { feeds, lengths, isPhotograph, dispose: () => disposeAll(Object.values(feeds)) };
}

function joined(chunks: readonly Float32Array[]): Float32Array {
  const [first] = chunks as [Float32Array, ...Float32Array[]];
  if (chunks.length === 1) return first;
  const all = new (first.constructor as Float32ArrayConstructor)(
    chunks.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
