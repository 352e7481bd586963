/** A graph that encodes text: BERT-like encoders, last-token embedders, and text towers of dual encoders. */
import { TteError } from '../../src/shared/errors.ts';
import { POOL_WEIGHTS, POOLED } from '../graph/pool.ts';
import type { ModelFolder } from '../models/folder.ts';
import { beside } from '../runtime/beside.ts';
import type { Dtypes, GraphSession, Runtime, Tensor } from '../runtime/types.ts';
import type { Recipe } from '../storage/keys.ts';
import { openTokenizer, type TokenizedText } from '../text/tokenizer.ts';
import { pacer, planBatches } from './batches.ts';
import { openDense } from './dense.ts';
import { pool as poolStates, poolWeights } from './pooling.ts';
import type { Encoded } from './types.ts';
import type { Vector } from './vector.ts';

export interface TextTower {
  /** Its part of the embedder's recipe. */
  readonly recipe: Recipe['always'];
  /** Yields the vectors of the texts batch by batch, with their indices. */
  encode(
    texts: readonly string[],
    signal: AbortSignal,
  ): AsyncIterableIterator<{ index: number; encoded: Encoded }[]>;
  /** Prepares a user's text for a prompt: escapes control tokens, and cuts what no prompt has room for. */
  asWords(text: string): string;
  /** Whether the text fits without truncation. */
  fits(text: string): boolean;
  release(): Promise<void>;
}

/** Outputs with the vector, by preference; the last two need pooling. */
const OUTPUTS = [
  'sentence_embedding',
  'text_embeds',
  'pooler_output',
  'last_hidden_state',
  'token_embeddings',
];

export async function openTextTower(
  runtime: Runtime,
  folder: ModelFolder,
  session: string,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<TextTower> {
  const { descriptor } = folder;
  const pooling = descriptor.embedding?.pooling ?? 'mean';
  // The `pooler_output` of BERT models is trained for another task, so their hidden states are pooled instead.
  const wanted = pooling === 'none' ? OUTPUTS : OUTPUTS.filter((name) => name !== 'pooler_output');
  const pool = pooling === 'none' ? {} : { pool: wanted };
  const [graph, tokenizer] = await beside(
    runtime.open({ folder, session, dtypes, signal, ...pool }),
    openTokenizer(folder),
  );
  const output = [POOLED, ...wanted].find((name) => graph.outputs.has(name));
  if (!output) {
    throw new TteError(
      'model-invalid',
      `${descriptor.id}/${session} gives ${[...graph.outputs.keys()].join(', ')}; expected one of ${wanted.join(', ')}.`,
    );
  }

  const poolsOnDevice = output === POOLED;
  const isPooled = !poolsOnDevice && (graph.outputs.get(output)?.shape.length ?? 2) < 3;
  if (pooling === 'none' && !isPooled) {
    throw new TteError(
      'unsupported',
      `${descriptor.id} uses a pooling that is not supported (modules.json, 1_Pooling/config.json), and its graph gives ${output}, which is not pooled.`,
    );
  }
  // A graph that pools contains the modules after the pooling, too.
  const dense = isPooled
    ? []
    : await Promise.all((descriptor.embedding?.dense ?? []).map((path) => openDense(folder, path, signal)));
  const through = (vector: Vector) => dense.reduce((input, layer) => layer(input), vector);

  async function pass(texts: readonly TokenizedText[]): Promise<Encoded[]> {
    const feeds = batchFeeds(
      runtime,
      graph,
      texts,
      descriptor.text.padToMax ? descriptor.text.maxTokens : 0,
      tokenizer.padId,
    );
    const lengths = texts.map((text) => text.ids.length);
    if (poolsOnDevice) {
      const [rows, width] = (feeds.input_ids as Tensor).dims as [number, number];
      const weights = poolWeights(lengths, width, pooling);
      feeds[POOL_WEIGHTS] = runtime.tensor('float32', weights, [rows, 1, width]);
    }
    const results = await graph.run(feeds, [output as string]);
    const states = results[output as string] as Tensor;
    try {
      const data = (await states.getData()) as Float32Array;
      const dims = poolsOnDevice ? [states.dims[0] as number, states.dims[2] as number] : states.dims;
      const vectors = poolStates(data, dims, lengths, pooling, through);
      return vectors.map((vector, i) => ({
        vector,
        tokens: lengths[i] as number,
        truncated: (texts[i] as TokenizedText).truncated,
      }));
    } finally {
      states.dispose();
    }
  }

  const tokenize = (text: string) => tokenizer.encode(text, { maxTokens: descriptor.text.maxTokens });
  return {
    recipe: { pooling, dense: dense.length, limits: descriptor.text },
    async *encode(texts, signal) {
      const mayPause = pacer();
      const tokenized: TokenizedText[] = [];
      for (const text of texts) {
        tokenized.push(tokenize(text));
        if (mayPause()) yield [];
      }
      for (const group of planBatches(tokenized.map((text) => text.ids.length))) {
        signal.throwIfAborted();
        const encoded = await pass(group.map((index) => tokenized[index] as TokenizedText));
        yield group.map((index, i) => ({ index, encoded: encoded[i] as Encoded }));
      }
    },
    asWords: (text) => tokenizer.escapeControlTokens(tokenizer.beginning(text, descriptor.text.maxTokens)),
    fits: (text) => !tokenize(text).truncated,
    release: () => graph.release(),
  };
}

/** Right-padded `[batch, longest]` (or `[batch, padTo]`) tensors for the inputs of this graph. */
export function batchFeeds(
  runtime: Runtime,
  graph: GraphSession,
  texts: readonly { ids: readonly number[] }[],
  padTo: number,
  padId: number,
): Record<string, Tensor> {
  const width = Math.max(padTo, ...texts.map((text) => text.ids.length));
  const dims = [texts.length, width];
  const ids = new BigInt64Array(texts.length * width).fill(BigInt(padId));
  const mask = new BigInt64Array(texts.length * width);
  texts.forEach((text, row) => {
    text.ids.forEach((id, i) => {
      ids[row * width + i] = BigInt(id);
      mask[row * width + i] = 1n;
    });
  });
  const feeds: Record<string, Tensor> = { input_ids: runtime.tensor('int64', ids, dims) };
  if (graph.inputs.has('attention_mask')) feeds.attention_mask = runtime.tensor('int64', mask, dims);
  if (graph.inputs.has('token_type_ids')) {
    feeds.token_type_ids = runtime.tensor('int64', new BigInt64Array(ids.length), dims);
  }
  if (graph.inputs.has('position_ids')) {
    const positions = BigInt64Array.from(ids, (_, i) => BigInt(i % width));
    feeds.position_ids = runtime.tensor('int64', positions, dims);
  }
  return feeds;
}
