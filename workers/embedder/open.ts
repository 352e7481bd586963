/** Opens the embedder of a model folder, according to its architecture. */
import { TteError } from '../../src/shared/errors.ts';
import type { ModelFolder } from '../models/folder.ts';
import type { Dtypes, Runtime } from '../runtime/types.ts';
import { openDualEncoder } from './dual-encoder.ts';
import { openMultimodalEncoder } from './multimodal-encoder.ts';
import { openTextEncoder } from './text-encoder.ts';
import type { Embedder } from './types.ts';
import { openUnifiedEmbedder } from './unified.ts';

/** @throws TteError model-invalid, if the model is not an embedder */
export function openEmbedder(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<Embedder> {
  const { architecture, id } = folder.descriptor;
  switch (architecture) {
    case 'text-encoder':
      return openTextEncoder(runtime, folder, dtypes, signal);
    case 'dual-encoder':
      return openDualEncoder(runtime, folder, dtypes, signal);
    case 'multimodal-encoder':
      return openMultimodalEncoder(runtime, folder, dtypes, signal);
    case 'unified-lm': // used as an embedder, it reads traces of another model
      return openUnifiedEmbedder(runtime, folder, dtypes, signal);
    default:
      throw new TteError(
        'model-invalid',
        `${id} is a ${architecture}, which produces no vectors. Use it as the reasoner.`,
      );
  }
}
