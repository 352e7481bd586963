/** One vector for text and images interleaved in one prompt (EmbeddingGemma 2's interface). */
import { TteError } from '../../src/shared/errors.ts';
import type { ModelFolder } from '../models/folder.ts';
import { interleavedEmbed } from '../models/prompts.ts';
import { lazySession } from '../reasoner/lazy-session.ts';
import { escapeTrace } from '../reasoner/trace.ts';
import type { Dtypes, Runtime, Tensor } from '../runtime/types.ts';
import { promptParts } from '../text/template.ts';
import { openTokenizer } from '../text/tokenizer.ts';
import { cutPatches, type Patches, readPatchConfig } from './patches.ts';
import { pool } from './pooling.ts';
import { batchFeeds } from './text-tower.ts';
import type { Embedder, Encoded, EncodeItem } from './types.ts';

const FEATURES = 'image_features';

export async function openMultimodalEncoder(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<Embedder> {
  const { descriptor } = folder;
  const prompts = descriptor.prompts.embed ?? interleavedEmbed;
  const [tokenizer, tokens, processor, config] = await Promise.all([
    openTokenizer(folder),
    folder.json('tokenizer_config.json'),
    folder.json('processor_config.json'),
    folder.json('config.json'),
  ]);
  const patchConfig = readPatchConfig((processor?.image_processor ?? {}) as Record<string, unknown>);
  const token = (name: string) => {
    const value = tokens?.[name];
    if (typeof value === 'string') return value;
    throw new TteError('model-invalid', `${descriptor.id}: tokenizer_config.json has no ${name}.`);
  };
  const [image, begin, end] = [token('image_token'), token('boi_token'), token('eoi_token')];
  const imageId = tokenizer.id(image);
  const model = await runtime.open({ folder, session: 'model', dtypes, signal });
  const vision = lazySession(() => runtime.open({ folder, session: 'vision_encoder', dtypes, signal }));
  const width = featureWidth(model.inputs.get(FEATURES)?.shape, config);

  const asWords = (text: string) =>
    tokenizer.escapeControlTokens(tokenizer.beginning(text, descriptor.text.maxTokens));

  /** The prompt, with each image expanded to its soft tokens. */
  function promptOf(item: EncodeItem, pictures: readonly Patches[]): string {
    const { text, instruction, trace, role } = item;
    let next = 0;
    const values = {
      text: asWords(text),
      instruction: asWords(instruction),
      trace: escapeTrace(trace?.text ?? '', asWords),
      images: pictures.length,
    };
    return promptParts(prompts[role], values)
      .map((part) =>
        part.type === 'text'
          ? part.text
          : begin + image.repeat((pictures[next++] as Patches).softTokens) + end,
      )
      .join('');
  }

  async function encodeImages(pictures: readonly Patches[]): Promise<Tensor> {
    const [first] = pictures;
    if (!first) return runtime.tensor('float32', new Float32Array(0), [0, width]);
    const { maxPatches } = first;
    const values = new Float32Array(pictures.length * first.values.length);
    const positions = new BigInt64Array(pictures.length * first.positions.length);
    pictures.forEach((picture, i) => {
      values.set(picture.values, i * first.values.length);
      positions.set(picture.positions, i * first.positions.length);
    });
    const encoder = await vision.get();
    const results = await encoder.run(
      {
        pixel_values: runtime.tensor('float32', values, [
          pictures.length,
          maxPatches,
          values.length / pictures.length / maxPatches,
        ]),
        pixel_position_ids: runtime.tensor('int64', positions, [pictures.length, maxPatches, 2]),
      },
      [FEATURES],
    );
    return results[FEATURES] as Tensor;
  }

  async function encodeOne(item: EncodeItem): Promise<Encoded> {
    const pictures: Patches[] = [];
    for (const picture of item.images) {
      pictures.push(cutPatches(await picture.pixels(), patchConfig));
      picture.release();
    }
    const text = tokenizer.encode(promptOf(item, pictures), { maxTokens: descriptor.text.maxTokens });
    const expected = pictures.reduce((sum, { softTokens }) => sum + softTokens, 0);
    if (text.ids.filter((id) => id === imageId).length !== expected) {
      throw new TteError(
        'invalid-input',
        `The images do not fit the ${descriptor.text.maxTokens} tokens of ${descriptor.id}.`,
      );
    }
    const imageFeatures = await encodeImages(pictures);
    const feeds = batchFeeds(runtime, model, [text], 0, tokenizer.padId);
    for (const name of model.inputs.keys()) {
      // Empty inputs for video and audio.
      if (name.endsWith('_features'))
        feeds[name] = runtime.tensor('float32', new Float32Array(0), [0, width]);
    }
    feeds[FEATURES] = imageFeatures;
    try {
      const { sentence_embedding: states } = (await model.run(feeds, ['sentence_embedding'])) as {
        sentence_embedding: Tensor;
      };
      const data = (await states.getData()) as Float32Array;
      const [vector] = pool(data, states.dims, [text.ids.length], 'none');
      states.dispose();
      return { vector: vector as Encoded['vector'], tokens: text.ids.length, truncated: text.truncated };
    } finally {
      imageFeatures.dispose();
    }
  }

  return {
    recipe: { always: { prompts, limits: descriptor.text, images: { ...patchConfig } } },
    supportsImages: true,
    dimensions: descriptor.embedding?.dimensions ?? width,
    async *encode(items, signal) {
      for (const [index, item] of items.entries()) {
        signal.throwIfAborted();
        yield [{ index, encoded: await encodeOne(item) }];
      }
    },
    async release() {
      await Promise.all([model.release(), vision.release()]);
    },
  };
}

/** Width of a soft token, from the graph or else from config.json. */
function featureWidth(
  shape: readonly (number | string)[] | undefined,
  config: Record<string, unknown> | null,
): number {
  const last = shape?.at(-1);
  if (typeof last === 'number' && last > 0) return last;
  const text = config?.text_config as { hidden_size?: number } | undefined;
  return text?.hidden_size ?? 768;
}
