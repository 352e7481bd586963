import { startWorker } from '../bridge/worker.ts';
import { TteError } from '../shared/errors.ts';
import { openEmbedder } from './embedder.ts';
import type { Embedder, EmbedderOptions } from './types.ts';

/**
 * Loads a model into a worker of its own and resolves when it is ready. Nothing leaves the page but requests for
 * model files, and, with a reasoner function, what that function sends.
 *
 * @throws TteError invalid-input | not-in-browser | model-not-found | model-invalid | download-failed | integrity |
 *   quota | unsupported | run-failed | device-lost | worker-died | aborted
 * @example
 * const tte = await createEmbedder({ onProgress: (p) => console.log(p.phase, p.loaded / p.total) });
 * const { vector } = await tte.embed({ text: 'a red bicycle' }); // Float32Array, L2-normalised
 * await tte.dispose();
 */
export async function createEmbedder(options: EmbedderOptions = {}): Promise<Embedder> {
  if (typeof Worker === 'undefined' || typeof location === 'undefined') {
    throw new TteError('not-in-browser', 'createEmbedder runs in web pages: call it on the client only.');
  }
  return openEmbedder(options, startWorker);
}
