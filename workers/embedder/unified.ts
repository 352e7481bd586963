/**
 * The embedder of a unified model: an embedding head over states of the decoder, so that nothing is encoded twice. A model may have
 * a second head for photographs.
 */
import type { ModelFolder } from '../models/folder.ts';
import { lazySession } from '../reasoner/lazy-session.ts';
import type { States } from '../reasoner/states.ts';
import { openUnified, type PreparedInput, type Unified } from '../reasoner/unified.ts';
import type { Dtypes, Runtime, Tensor } from '../runtime/types.ts';
import { pacer, planBatches } from './batches.ts';
import { pool } from './pooling.ts';
import type { Embedder, Encoded, EncodeItem } from './types.ts';
import { mix, type Vector } from './vector.ts';

export interface UnifiedEmbedder extends Embedder {
  readonly model: Unified;
}

const OUTPUT = 'sentence_embedding';

export async function openUnifiedEmbedder(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<UnifiedEmbedder> {
  const opening = runtime.open({ folder, session: 'embedding_head', dtypes, signal });
  const wanted = opening.then(({ inputs }) => [...inputs.keys()].filter((name) => name !== 'attention_mask'));
  wanted.catch(() => {}); // `opening` reports it, and opening the decoder may fail before anyone awaits it
  const [head, model] = await Promise.all([opening, openUnified(runtime, folder, dtypes, wanted, signal)]);

  const photoHead =
    'photo_head' in folder.descriptor.sessions
      ? lazySession(() => runtime.open({ folder, session: 'photo_head', dtypes, signal }))
      : null;

  /** With `auto`, the weight of the vector with the trace in that of a photograph as a query (`fusion` in descriptor.ts). */
  const traceWeight = photoHead ? (folder.descriptor.fusion?.trace ?? 1) : 1;

  async function prepare(item: EncodeItem, signal: AbortSignal): Promise<PreparedInput> {
    const { text, instruction, role, trace } = item;
    const images = await Promise.all(item.images.map((image) => image.pixels()));
    const given = trace && {
      text: trace.text,
      mode: trace.thinking === '' ? ('answer' as const) : ('full' as const),
      isOwn: trace.source === 'reasoner',
    };
    return model.prepare({ images, text, instruction, role }, given, signal);
  }

  /** Runs the head that the states are for, and disposes the states. */
  async function embed(states: States): Promise<Vector[]> {
    try {
      const session = states.isPhotograph && photoHead ? await photoHead.get() : head;
      const results = await session.run(states.feeds, [OUTPUT]);
      const vectors = results[OUTPUT] as Tensor;
      const data = (await vectors.getData()) as Float32Array;
      vectors.dispose();
      return pool(data, vectors.dims, states.lengths, 'none');
    } finally {
      states.dispose();
    }
  }

  async function encodeGroup(group: readonly { index: number; input: PreparedInput }[], signal: AbortSignal) {
    const vectors = await embed(
      await model.encode(
        group.map(({ input }) => input),
        signal,
      ),
    );
    return group.map(({ index, input }, i) => {
      const vector = vectors[i] as Vector;
      return { index, encoded: { vector, tokens: input.tokens, truncated: input.truncated } };
    });
  }

  /** An image, or what has states already. */
  async function encodeOne(item: EncodeItem, signal: AbortSignal): Promise<Encoded> {
    const prepared = item.states ? null : await prepare(item, signal);
    const states = item.states ?? (await model.encode([prepared as PreparedInput], signal));
    const { isPhotograph } = states;
    const tokens = states.lengths[0] as number;
    const truncated = prepared?.truncated ?? false;
    const [vector] = (await embed(states)) as [Vector];
    const isMixed = isPhotograph && item.trace !== null && item.role === 'query' && item.think === 'auto';
    if (!isMixed || traceWeight === 1) return { vector, tokens, truncated };
    // A trace lists what is there, and names one thing worse than its looks do. Documents are not mixed: their vectors have to lie
    // equally near to a text, and what is written in them is in the trace alone.
    const alone = await prepare({ ...item, trace: null }, signal);
    const [own] = (await embed(await model.encode([alone], signal))) as [Vector];
    return { vector: mix(own, vector, traceWeight), tokens: tokens + alone.tokens, truncated };
  }

  return {
    recipe: { ...model.embedRecipe, ...(traceWeight < 1 && { ofQueries: { trace: traceWeight } }) },
    model,
    supportsImages: model.supportsImages,
    dimensions: folder.descriptor.embedding?.dimensions ?? 0,
    async *encode(items, signal) {
      const together: { index: number; input: PreparedInput }[] = [];
      const mayPause = pacer();
      for (const [index, item] of items.entries()) {
        signal.throwIfAborted();
        if (item.states || item.images.length > 0) {
          yield [{ index, encoded: await encodeOne(item, signal) }];
          continue;
        }
        const input = await prepare(item, signal);
        if (!input.batchable) yield await encodeGroup([{ index, input }], signal);
        else {
          together.push({ index, input });
          if (mayPause()) yield [];
        }
      }
      for (const group of planBatches(together.map(({ input }) => input.tokens))) {
        signal.throwIfAborted();
        yield await encodeGroup(
          group.map((at) => together[at] as (typeof together)[number]),
          signal,
        );
      }
    },
    async readsWhole(document, signal) {
      const item = { images: [], ...document, trace: null, role: 'document' as const };
      return !(await prepare(item, signal)).truncated;
    },
    async release() {
      await Promise.all([head.release(), photoHead?.release(), model.release()]);
    },
  };
}
