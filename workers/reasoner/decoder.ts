/** One forward pass of a decoder, whatever its inputs: ids or embeddings, image features, positions, any cache. */
import { TteError } from '../../src/shared/errors.ts';
import type { ModelFolder } from '../models/folder.ts';
import type { Dtypes, GraphSession, Runtime, Tensor, ValueInfo } from '../runtime/types.ts';
import { type Cache, type CacheSlot, cacheSlots, disposeAll, nextCache, zeros } from './cache.ts';
import type { PositionOf } from './positions.ts';

export interface Decoder {
  readonly runtime: Runtime;
  readonly graph: GraphSession;
  /** Computes `inputs_embeds`; null if the decoder takes ids. */
  readonly embed: GraphSession | null;
  readonly slots: readonly CacheSlot[];
  /** Outputs over prompt and trace that an embedding head reads. */
  readonly keep: readonly string[];
  /** The prompt is attended bidirectionally: it cannot be fed in pieces, and its prefix cannot be shared. */
  readonly prefixLm: boolean;
  /** Inputs that come from the vision encoder (rule 3); without images they are empty along axis 0. */
  readonly carried: readonly string[];
  release(): Promise<void>;
}

/** Vectors of equal width, row by row. */
export interface Rows {
  data: Float32Array;
  hidden: number;
}

/** Tokens to feed: rows of one width; cached before them `past` tokens. */
export interface Span {
  /** int64 [batch, length]; on the device or not. */
  ids: Tensor;
  past: number;
  cache: Cache;
  positions: PositionOf;
  /** int64 [batch, past + length]; absent without padding. */
  mask?: Tensor;
  /** Batch 1 only: rows of the span that image features replace, the features of just these, and what else is carried. */
  images?: { rows: readonly number[]; features: Rows; carried: Readonly<Record<string, Tensor>> };
  /** Tokens that every token may attend to (prefix LM). */
  prefixLength: number;
}

const STANDARD = [
  'input_ids',
  'inputs_embeds',
  'image_features',
  'attention_mask',
  'position_ids',
  'prefix_length',
  'use_cache_branch',
  'num_logits_to_keep',
];

export async function openDecoder(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  keep: Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<Decoder> {
  const { sessions, kind } = folder.descriptor;
  const session = 'decoder_model_merged' in sessions ? 'decoder_model_merged' : 'model';
  const onDevice = (): boolean => true;
  const writes = kind !== 'embedder';
  const graph = await runtime.open({ folder, session, dtypes, nextToken: writes, onDevice, signal });
  const embed = graph.inputs.has('inputs_embeds')
    ? await runtime.open({ folder, session: 'embed_tokens', dtypes, onDevice, signal })
    : null;
  const slots = cacheSlots(graph);
  const known = new Set([...STANDARD, ...slots.map((slot) => slot.past), ...(embed?.outputs.keys() ?? [])]);
  return {
    runtime,
    graph,
    embed,
    slots,
    keep: (await keep).filter((name) => graph.outputs.has(name)),
    prefixLm: graph.inputs.has('prefix_length'),
    carried: [...graph.inputs.keys()].filter((name) => !known.has(name)),
    async release() {
      await graph.release();
      await embed?.release();
    },
  };
}

export interface Forward {
  cache: Cache;
  /** int64 [batch, 1]; null unless requested. */
  next: Tensor | null;
  kept: Record<string, Tensor>;
}

/** The caller owns the results; the tensors of the span stay the caller's. */
export async function forward(
  decoder: Decoder,
  span: Span,
  want: { cache: boolean; next: boolean },
): Promise<Forward> {
  const { graph, slots, keep } = decoder;
  const embedded = await embedTokens(decoder, span);
  try {
    const fetch = [
      ...(want.cache ? slots.map((slot) => slot.present) : []),
      ...(want.next ? ['next_token'] : []),
      ...keep,
    ];
    const outputs = await graph.run({ ...feedsOf(decoder, span), ...embedded, ...span.cache }, fetch);
    return {
      cache: want.cache ? nextCache(slots, outputs) : {},
      next: want.next ? (outputs.next_token as Tensor) : null,
      kept: Object.fromEntries(keep.map((name) => [name, outputs[name] as Tensor])),
    };
  } finally {
    disposeAll(Object.values(embedded));
  }
}

function feedsOf({ runtime, graph, embed, carried }: Decoder, span: Span): Record<string, Tensor> {
  const { ids, past, positions, images } = span;
  const [batch, length] = ids.dims as [number, number];
  const int64 = (size: number, value: (index: number) => number, dims: readonly number[]): Tensor =>
    runtime.tensor(
      'int64',
      BigInt64Array.from({ length: size }, (_, index) => BigInt(value(index))),
      dims,
    );
  const feeds: Record<string, Tensor> = {};
  if (!embed) feeds.input_ids = ids;
  if (graph.inputs.has('image_features')) {
    feeds.image_features = images
      ? runtime.tensor('float32', images.features.data, [images.rows.length, images.features.hidden])
      : emptyRows(runtime, graph, 'image_features');
  }
  for (const name of carried) feeds[name] = images?.carried[name] ?? emptyRows(runtime, graph, name);
  if (graph.inputs.has('attention_mask')) {
    const width = past + length;
    feeds.attention_mask = span.mask ?? int64(batch * width, () => 1, [batch, width]);
  }
  const positionShape = graph.inputs.get('position_ids')?.shape;
  if (positionShape) {
    const axes = positionShape.length === 3 ? 3 : 1;
    const dims = axes === 3 ? [3, batch, length] : [batch, length];
    const at = (index: number): number =>
      positions(past + (index % length), Math.floor(index / (batch * length)));
    feeds.position_ids = int64(axes * batch * length, at, dims);
  }
  if (graph.inputs.has('prefix_length')) feeds.prefix_length = int64(1, () => span.prefixLength, [1]);
  // Inputs of some exports whose values follow from the others.
  if (graph.inputs.has('use_cache_branch')) {
    feeds.use_cache_branch = runtime.tensor('bool', Uint8Array.of(past > 0 ? 1 : 0), [1]);
  }
  if (graph.inputs.has('num_logits_to_keep')) feeds.num_logits_to_keep = int64(1, () => 1, []);
  return feeds;
}

function emptyRows(runtime: Runtime, graph: GraphSession, name: string): Tensor {
  const { type, shape } = graph.inputs.get(name) as ValueInfo;
  return zeros(
    runtime,
    type,
    shape.map((axis, at) => (at === 0 ? 0 : typeof axis === 'number' ? axis : 1)),
  );
}

/** Outputs of the embedding session for the decoder, with image rows replaced. */
async function embedTokens({ runtime, graph, embed }: Decoder, span: Span): Promise<Record<string, Tensor>> {
  if (!embed) return {};
  const wanted = [...embed.outputs.keys()].filter((name) => graph.inputs.has(name));
  const outputs = await embed.run({ input_ids: span.ids }, wanted);
  const embeds = outputs.inputs_embeds;
  if (!embeds || !span.images || graph.inputs.has('image_features')) return outputs;
  try {
    const { rows, features } = span.images;
    const hidden = embeds.dims[2] as number;
    if (features.hidden !== hidden) {
      throw new TteError(
        'model-invalid',
        `Image features are ${features.hidden} wide, embeddings ${hidden}.`,
      );
    }
    const data = (await embeds.getData()) as Float32Array;
    for (const [at, row] of rows.entries()) {
      data.set(features.data.subarray(at * hidden, (at + 1) * hidden), row * hidden);
    }
    return { ...outputs, inputs_embeds: runtime.tensor('float32', data, embeds.dims) };
  } finally {
    embeds.dispose();
  }
}
