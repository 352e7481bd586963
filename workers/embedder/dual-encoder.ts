/** Two towers in one space (CLIP, SigLIP). What cannot be read in one pass is mixed as vectors. */

import type { ModelFolder } from '../models/folder.ts';
import type { Dtypes, Runtime } from '../runtime/types.ts';
import { renderTemplate } from '../text/template.ts';
import { essence, fuse } from './text-encoder.ts';
import { openTextTower } from './text-tower.ts';
import type { Embedder, Encoded, EncodeItem } from './types.ts';
import { meanDirection, mix, type Vector } from './vector.ts';
import { openVisionTower } from './vision-tower.ts';

/**
 * Weights of text against image. `text`: a composed query (image with text), where the words say what to look for.
 * `image`: a picture with a trace about it, where the picture stays in charge. Figures and sources: docs/method.md.
 */
const FUSION = { text: 0.8, image: 0.4, trace: 0.5 };
const PROMPT = '[[{instruction} ]]{text}';

export async function openDualEncoder(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<Embedder> {
  const { descriptor } = folder;
  const text = await openTextTower(runtime, folder, 'text_model', dtypes, signal);
  const vision = await openVisionTower(runtime, folder, 'vision_model', dtypes, signal);
  const prompts = descriptor.prompts.embed ?? { query: PROMPT, target: PROMPT };
  const fusion = descriptor.fusion ?? FUSION;

  const promptOf = ({ text, instruction, role }: EncodeItem) =>
    renderTemplate(prompts[role], { text, instruction }).trim();

  async function see(item: EncodeItem): Promise<Vector> {
    const views: Vector[] = [];
    for (const picture of item.images) {
      views.push(await vision.encode(await picture.pixels()));
      picture.release();
    }
    return meanDirection(views);
  }

  async function encodeOne(item: EncodeItem): Promise<Encoded> {
    // An instruction alone describes the task, not the picture: it is read only where there is text or a trace.
    const prompt = item.text === '' ? '' : promptOf(item);
    const words = prompt === '' ? null : await text.encodeOne(prompt);
    const trace = item.trace === null ? null : await text.encodeOne(essence(item.trace));
    const told = words && trace ? fuse(words, trace, fusion.trace) : (words ?? trace);
    if (item.images.length === 0) return told ?? (await text.encodeOne(promptOf(item)));
    const seen = await see(item);
    if (!told) return { vector: seen, tokens: item.images.length, truncated: false };
    return {
      vector: mix(seen, told.vector, words ? fusion.text : fusion.image),
      tokens: told.tokens + item.images.length,
      truncated: told.truncated,
    };
  }

  return {
    images: true,
    dimensions: descriptor.embedding?.dimensions ?? 0,
    async *encode(items, signal) {
      const plain = items.flatMap((item, index) =>
        item.images.length === 0 && item.trace === null ? [{ index, prompt: promptOf(item) }] : [],
      );
      for await (const batch of text.encode(
        plain.map(({ prompt }) => prompt),
        signal,
      )) {
        yield batch.map(({ index, encoded }) => ({
          index: (plain[index] as { index: number }).index,
          encoded,
        }));
      }
      for (const [index, item] of items.entries()) {
        if (item.images.length === 0 && item.trace === null) continue;
        signal.throwIfAborted();
        yield [{ index, encoded: await encodeOne(item) }];
      }
    },
    async release() {
      await Promise.all([text.release(), vision.release()]);
    },
  };
}
