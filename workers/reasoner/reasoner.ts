/** A local reasoner: a causal language model, with or without a vision encoder, whose traces another model embeds. */

import type { ModelFolder } from '../models/folder.ts';
import type { Dtypes, Runtime } from '../runtime/types.ts';
import { openEngine } from './engine.ts';
import type { Reasoner } from './types.ts';

/** @throws TteError model-not-found | model-invalid | download-failed | integrity | run-failed */
export async function openReasoner(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<Reasoner> {
  const engine = await openEngine(runtime, folder, dtypes, Promise.resolve([]), signal);
  return {
    recipe: engine.recipe,
    supportsImages: engine.vision !== null,
    readsContext: engine.contextPrompt !== null,
    longestMode: engine.prompts.auto ?? 'full',
    readsPrint: engine.readsPrint,
    followsObjects: engine.followsObjects,
    shows: engine.shows,
    think: (input, mode, options) => engine.think(input, mode, options, async () => {}),
    release: () => engine.release(),
  };
}
