/** The one embedder of the page: loaded when first needed, replaced when another model or backend is chosen. */
import {
  createEmbedder,
  type Embedder,
  type EmbedderOptions,
  type Progress,
  type Warning,
} from 'think-then-embed';
import { type Choice, mirroredHub } from './models.ts';

export interface Wish {
  choice: Choice;
  device: NonNullable<EmbedderOptions['device']>;
}

export interface Listeners {
  onProgress(progress: Progress): void;
  onWarning(warning: Warning): void;
}

let current: { key: string; embedder: Embedder } | null = null;

/** @returns the embedder for the wish; `fresh` when it was loaded for this call */
export async function embedderFor(
  { choice, device }: Wish,
  signal: AbortSignal,
  listeners: Listeners,
): Promise<{ embedder: Embedder; fresh: boolean }> {
  const key = JSON.stringify([choice.model, device]);
  if (current?.key === key) return { embedder: current.embedder, fresh: false };
  await current?.embedder.dispose();
  current = null;
  const hubUrl = choice.hub ? await mirroredHub() : undefined;
  const options = { model: choice.model, device, signal, ...listeners };
  const embedder = await createEmbedder(hubUrl ? { ...options, hubUrl } : options);
  current = { key, embedder };
  return { embedder, fresh: true };
}
