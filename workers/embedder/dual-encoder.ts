/** Two towers with one vector space (CLIP, SigLIP). Inputs that need both are combined as a weighted mean of vectors. */
import type { ModelFolder } from '../models/folder.ts';
import { plainEmbed } from '../models/prompts.ts';
import type { Dtypes, Runtime } from '../runtime/types.ts';
import { createTextComposer } from './text-composer.ts';
import { openTextTower, type TextTower } from './text-tower.ts';
import type { Embedder, Encoded, EncodeItem, TowerOptions } from './types.ts';
import { meanDirection, mix, type Vector } from './vector.ts';
import { openVisionTower, type VisionTower } from './vision-tower.ts';

/**
 * Weights of text versus image. `text`: a composed query (image with text), in which the text says what to look for.
 * `image`: an image with a trace about it, in which the image dominates. Measurements and sources: docs/method.md.
 */
const FUSION = { text: 0.8, image: 0.4, trace: 0.5 };

export async function openDualEncoder(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<Embedder> {
  const { prompts, embedding, fusion } = folder.descriptor;
  const tower = await openTextTower(runtime, folder, 'text_model', dtypes, signal);
  const vision = await openVisionTower(runtime, folder, 'vision_model', dtypes, signal);
  const templates = prompts.embed ?? plainEmbed;
  return joinTowers(tower, vision, { templates, fusion, dimensions: embedding?.dimensions ?? 0 });
}

/** An embedder made of a text tower and a vision tower. */
export function joinTowers(
  tower: TextTower,
  vision: VisionTower,
  { templates, fusion: given, dimensions }: TowerOptions,
): Embedder {
  const fusion = { ...FUSION, ...given };
  const composer = createTextComposer(tower, templates, fusion.trace);

  async function encodeImages({ images }: EncodeItem): Promise<Vector> {
    const views: Vector[] = [];
    for (const picture of images) {
      views.push(await vision.encode(await picture.pixels()));
      picture.release();
    }
    return meanDirection(views);
  }

  async function encodePicture(item: EncodeItem, textVectors: Encoded | undefined): Promise<Encoded> {
    const imageVector = await encodeImages(item);
    const views = item.images.length;
    if (!textVectors) return { vector: imageVector, tokens: views, truncated: false };
    const weight = item.text === '' ? fusion.image : fusion.text;
    return {
      ...textVectors,
      vector: mix(imageVector, textVectors.vector, weight),
      tokens: textVectors.tokens + views,
    };
  }

  return {
    recipe: {
      always: { prompts: templates, ...tower.recipe, text: fusion.text },
      withTrace: { image: fusion.image, trace: fusion.trace },
    },
    supportsImages: true,
    dimensions,
    async *encode(items, signal) {
      const textVectors = new Map<number, Encoded>();
      // An instruction alone describes the task, not the image.
      const withText = [...items.keys()].filter((index) => hasText(items[index] as EncodeItem));
      const itemsWithText = withText.map((index) => items[index] as EncodeItem);
      for await (const batch of composer.encode(itemsWithText, signal)) {
        const own = batch.map(({ index, encoded }) => ({ index: withText[index] as number, encoded }));
        for (const { index, encoded } of own) textVectors.set(index, encoded);
        yield own.filter(({ index }) => items[index]?.images.length === 0);
      }
      for (const [index, item] of items.entries()) {
        if (item.images.length === 0) continue;
        signal.throwIfAborted();
        yield [{ index, encoded: await encodePicture(item, textVectors.get(index)) }];
      }
    },
    readsWhole: composer.readsWhole,
    async release() {
      await Promise.all([tower.release(), vision.release()]);
    },
  };
}

function hasText({ images, text, trace }: EncodeItem): boolean {
  return images.length === 0 || text !== '' || trace !== null;
}
