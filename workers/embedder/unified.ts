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
  wanted.catch(() => {}); // `opening` tells, and opening the decoder may fail before it asks
  const [head, model] = await Promise.all([opening, openUnified(runtime, folder, dtypes, wanted, signal)]);

  const photoHead =
    'photo_head' in folder.descriptor.sessions
      ? lazySession(() => runtime.open({ folder, session: 'photo_head', dtypes, signal }))
      : null;

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

  /** Runs the head that states belong to over them, and disposes them. */
  async function embed(states: States): Promise<Encoded['vector'][]> {
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
      const vector = vectors[i] as Encoded['vector'];
      return { index, encoded: { vector, tokens: input.tokens, truncated: input.truncated } };
    });
  }

  return {
    recipe: model.embedRecipe,
    model,
    supportsImages: model.supportsImages,
    dimensions: folder.descriptor.embedding?.dimensions ?? 0,
    async *encode(items, signal) {
      const together: { index: number; input: PreparedInput }[] = [];
      const mayPause = pacer();
      for (const [index, item] of items.entries()) {
        signal.throwIfAborted();
        if (item.states) {
          const tokens = item.states.lengths[0] as number;
          const [vector] = await embed(item.states);
          yield [{ index, encoded: { vector: vector as Encoded['vector'], tokens, truncated: false } }];
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
    async release() {
      await Promise.all([head.release(), photoHead?.release(), model.release()]);
    },
  };
}
