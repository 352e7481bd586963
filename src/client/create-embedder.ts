import { TteError } from '../shared/errors.ts';
import { openEmbedder } from './embedder.ts';
import { pagePlatform, requirePage } from './page.ts';
import type { Embedder, EmbedderOptions } from './types.ts';

/**
 * Starts a worker, loads a model in it, and resolves when the model is ready. The only network requests are for model
 * files, plus whatever a reasoner function sends.
 *
 * @throws TteError invalid-input | not-in-browser | model-not-found | model-invalid | download-failed | integrity |
 *   quota | unsupported | run-failed | device-lost | worker-died | aborted
 * @example
 * const tte = await createEmbedder({ onProgress: (p) => console.log(p.phase, p.loaded / p.total) });
 * const { vector } = await tte.embed({ text: 'a red bicycle' }); // Float32Array, L2-normalised
 * await tte.dispose();
 */
export async function createEmbedder(options: EmbedderOptions = {}): Promise<Embedder> {
  requirePage(
    "createEmbedder needs a page or a dedicated worker: call it there, or import it from 'think-then-embed/node'.",
  );
  if (typeof WebAssembly === 'undefined') {
    throw new TteError(
      'unsupported',
      "This browser has no WebAssembly, which models run on. Safari's Lockdown Mode turns it off: allow it for this site.",
    );
  }
  return openEmbedder(options, () => pagePlatform());
}
