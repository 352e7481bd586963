/** Runs models of transformers.js, in a worker or where it is called. Each is loaded once, and one thing is computed at a time. */

import type { HostLife } from '../bridge/connection.ts';
import type { DecodedImage, ReasonerInput } from '../client/types.ts';
import { TteError } from '../shared/errors.ts';
import { holdLivenessLock } from '../shared/liveness-lock.ts';
import { release } from '../shared/transfer.ts';
import type { Role } from '../shared/types.ts';
import { VERSION } from '../shared/version.ts';
import { type Library, openEmbedding, type Progress } from './embedding.ts';
import { type EmbeddingModel, idOf, type TransformersProgress, type WritingModel } from './options.ts';
import { openWriting } from './writing.ts';

type Vector = Float32Array<ArrayBuffer>;
export type OnProgress = ((progress: TransformersProgress) => void) | null;

export interface ModelHost extends HostLife {
  embedTexts(
    request: number,
    model: EmbeddingModel,
    texts: readonly string[],
    role: Role,
    onProgress: OnProgress,
  ): Promise<Vector[]>;
  embedImage(
    request: number,
    model: EmbeddingModel,
    image: DecodedImage,
    onProgress: OnProgress,
  ): Promise<Vector>;
  write(
    request: number,
    model: WritingModel,
    input: ReasonerInput,
    mode: 'answer' | 'full',
    onToken: (delta: string) => void,
    onProgress: OnProgress,
  ): Promise<string>;
}

interface Disposable {
  dispose(): Promise<void>;
}

/** @param load imports transformers.js */
export function createModelHost(load: () => Promise<Library>): ModelHost {
  const models = new Map<string, Promise<Disposable>>();
  const pending = new Map<number, AbortController>();
  let last: Promise<unknown> = Promise.resolve();

  /** The opened model. One that failed to load is tried again by the next call. */
  function opened<T extends Disposable>(
    model: EmbeddingModel | WritingModel,
    open: (library: Library) => Promise<T>,
  ): Promise<T> {
    const key = `${idOf(model)} ${model.device}`;
    const known = models.get(key);
    if (known) return known as Promise<T>;
    const opening = load()
      .catch((cause: unknown) => {
        throw new TteError(
          'unsupported',
          `@huggingface/transformers cannot be loaded; install it: ${cause}`,
          { cause },
        );
      })
      .then(open);
    models.set(key, opening);
    opening.catch(() => models.delete(key));
    return opening;
  }

  /** In its turn: what fails or is aborted lets the next one go. */
  async function run<T>(request: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    pending.set(request, controller);
    const { signal } = controller;
    const mine = last.then(async () => {
      signal.throwIfAborted();
      return work(signal);
    });
    last = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      pending.delete(request);
    }
  }

  const told = (onProgress: OnProgress) =>
    (onProgress
      ? (progress: TransformersProgress) => void onProgress(plain(progress))
      : undefined) as Progress;

  async function dispose(): Promise<void> {
    for (const controller of pending.values())
      controller.abort(new TteError('aborted', 'The call was aborted.'));
    await last;
    const all = [...models.values()];
    models.clear();
    await Promise.all(all.map(async (model) => (await model).dispose()).map((end) => end.catch(() => {})));
  }

  return {
    embedTexts: (request, model, texts, role, onProgress) =>
      run(request, async () => {
        const embedding = await opened(model, (library) => openEmbedding(library, model, told(onProgress)));
        const prefix = model.prompts?.[role] ?? '';
        return embedding.embedTexts(texts.map((text) => prefix + text));
      }).finally(() => release(onProgress)),
    embedImage: (request, model, image, onProgress) =>
      run(request, async () => {
        const embedding = await opened(model, (library) => openEmbedding(library, model, told(onProgress)));
        return embedding.embedImage(image);
      }).finally(() => release(onProgress)),
    write: (request, model, input, mode, onToken, onProgress) =>
      run(request, async (signal) => {
        const writing = await opened(model, (library) => openWriting(library, model, told(onProgress)));
        return writing.write(input, mode, onToken, signal);
      }).finally(() => release(onToken, onProgress)),
    cancel: (request) => pending.get(request)?.abort(new TteError('aborted', 'The call was aborted.')),
    version: VERSION,
    ping: () => true,
    flush: async () => {},
    close: dispose,
    holdLivenessLock,
  };
}

const plain = ({ status, file, loaded, total }: TransformersProgress): TransformersProgress => ({
  status,
  ...(file !== undefined && { file }),
  ...(loaded !== undefined && { loaded }),
  ...(total !== undefined && { total }),
});
