/** What the pipeline needs to know of an embedder, which is that of a model folder or the page's custom embedder. */
import { ON_DEMAND } from '../../src/shared/descriptor.ts';
import { TteError } from '../../src/shared/errors.ts';
import { isModelRef } from '../../src/shared/packaged-model.ts';
import type { ExternalEmbedder, LoadRequest } from '../../src/shared/protocol.ts';
import type { LoadedModel } from '../../src/shared/types.ts';
import { externalEmbedder } from '../embedder/external.ts';
import type { Embedder } from '../embedder/types.ts';
import type { ModelIdentity, Recipe } from '../storage/keys.ts';
import { type ImageTest, type OpenedModel, type OpenedModels, weightFiles } from './open-models.ts';

export interface LoadedEmbedder {
  run: Embedder;
  testImages: ImageTest;
  identity: ModelIdentity;
  about: LoadedModel;
  /** The full dimensions, and the shorter ones the model was trained for. */
  dimensions: readonly number[];
  maxTokens: number;
}

export function localModel(model: NonNullable<OpenedModels['embedder']>): LoadedEmbedder {
  const { folder, run, testImages } = model;
  const { embedding, text } = folder.descriptor;
  return {
    run,
    testImages,
    identity: identityOf(model, run.recipe),
    about: loadedModel(model),
    dimensions: [run.dimensions, ...(embedding?.matryoshka ?? [])],
    maxTokens: text.maxTokens,
  };
}

/** The page's custom embedder, of which only its id and its vectors are known. */
export function externalModel(
  ask: ExternalEmbedder | null,
  embedder: LoadRequest['embedder'],
): LoadedEmbedder {
  if (ask === null || isModelRef(embedder)) {
    throw new TteError('invalid-input', 'No embedder was given.');
  }
  const run = externalEmbedder(ask, embedder);
  const about = { id: embedder.id, revision: 'custom', dtype: 'unknown', license: 'unknown', bytes: 0 };
  return {
    run,
    testImages: async () => {},
    identity: { id: about.id, revision: about.revision, dtype: about.dtype, prompts: {}, recipe: run.recipe },
    about,
    dimensions: [embedder.dimensions],
    maxTokens: Number.POSITIVE_INFINITY,
  };
}

export function identityOf({ folder, plan }: OpenedModel, recipe: Recipe): ModelIdentity {
  const { id, revision, prompts } = folder.descriptor;
  return { id, revision, dtype: plan.label, prompts, recipe };
}

export function loadedModel(model: OpenedModel): LoadedModel {
  const { id, revision, license, files } = model.folder.descriptor;
  const needed = weightFiles(model, (session) => !ON_DEMAND.includes(session));
  const bytes = needed.reduce((sum, path) => sum + (files[path]?.bytes ?? 0), 0);
  return { id, revision, dtype: model.plan.label, license, bytes };
}
