/** Models of transformers.js in a worker of the page's, through the package. */
import type { CustomEmbedder, ReasonerFunction } from '../../src/index.ts';
import {
  type TransformersEmbedderOptions,
  type TransformersReasonerOptions,
  transformers,
} from '../../src/transformers/transformers.ts';

export const workers: Worker[] = [];

export function startWorker(): Worker {
  const worker = new Worker(new URL('../transformers/models.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return worker;
}

export const embedder = (options: TransformersEmbedderOptions): CustomEmbedder =>
  transformers({ worker: startWorker, ...options });

export const reasoner = (options: TransformersReasonerOptions): ReasonerFunction =>
  transformers({ worker: startWorker, ...options });
