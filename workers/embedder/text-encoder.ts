/** A text-only embedder: a single text tower. */
import type { ModelFolder } from '../models/folder.ts';
import { plainEmbed } from '../models/prompts.ts';
import type { Dtypes, Runtime } from '../runtime/types.ts';
import { createTextComposer } from './text-composer.ts';
import { openTextTower, type TextTower } from './text-tower.ts';
import type { Embedder, TowerOptions } from './types.ts';

/** Below one half, since a trace alone retrieves worse than the query (docs/method.md). */
const TRACE_WEIGHT = 0.4;

export async function openTextEncoder(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<Embedder> {
  const { prompts, fusion, embedding } = folder.descriptor;
  const tower = await openTextTower(runtime, folder, 'model', dtypes, signal);
  const templates = prompts.embed ?? plainEmbed;
  return textAlone(tower, { templates, fusion, dimensions: embedding?.dimensions ?? 0 });
}

/** An embedder made of a text tower. */
export function textAlone(tower: TextTower, { templates, fusion, dimensions }: TowerOptions): Embedder {
  const traceWeight = fusion?.trace ?? TRACE_WEIGHT;
  const composer = createTextComposer(tower, templates, traceWeight);
  return {
    recipe: { always: { prompts: templates, ...tower.recipe }, withTrace: { weight: traceWeight } },
    supportsImages: false,
    dimensions,
    encode: (items, signal) => composer.encode(items, signal),
    readsWhole: composer.readsWhole,
    release: () => tower.release(),
  };
}
