/** The page's only embedder: loaded on first use, replaced when another model or backend is chosen. */
import { effect, signal } from '@preact/signals';
import { createEmbedder, type Embedder, type EmbedderInfo, type LoadProgress } from 'think-then-embed';
import { backend, type Choice, choice, mirroredHub } from './choices.ts';
import { notify } from './notices.ts';
import { controlled } from './offline.ts';
import { resetTraffic } from './traffic.ts';

/** Null while no model is loaded or being loaded. */
export const progress = signal<LoadProgress | null>(null);
export const info = signal<EmbedderInfo | null>(null);

interface Current {
  choice: Choice;
  backend: string;
  loading: AbortController;
  promise: Promise<Embedder>;
}
let current: Current | null = null;

/** @throws TteError; `aborted` after `stopLoading` */
export function engine(): Promise<Embedder> {
  current ??= start();
  return current.promise;
}

export function stopLoading(): void {
  current?.loading.abort();
}

/** Whether a model is loaded or being loaded. */
export function started(): boolean {
  return current !== null;
}

/** Called after every call, during which the device may have changed. */
export async function refreshInfo(): Promise<void> {
  const embedder = await current?.promise.catch(() => null);
  if (embedder) info.value = embedder.info;
}

function start(): Current {
  const loading = new AbortController();
  const wish = { choice: choice.value, backend: backend.value };
  const promise = load(wish.choice, loading.signal);
  const made = { ...wish, loading, promise };
  promise.catch(() => {
    if (current === made) current = null;
    progress.value = null;
  });
  return made;
}

async function load({ model, hub }: Choice, signal: AbortSignal): Promise<Embedder> {
  progress.value = { phase: 'download', file: '', loaded: 0, total: 0, source: 'storage' };
  await controlled();
  let isReady = false; // what the first picture fetches later belongs to adding or asking, which say how far they are
  const hubUrl = hub ? await mirroredHub() : undefined;
  const embedder = await createEmbedder({
    model,
    device: backend.value,
    signal,
    ...(hubUrl && { hubUrl }),
    onProgress: (next) => {
      isReady ||= next.phase === 'ready';
      progress.value = isReady ? null : next;
    },
    onWarning: ({ message }) => notify('warning', message),
  });
  progress.value = null;
  info.value = embedder.info;
  resetTraffic();
  return embedder;
}

effect(() => {
  const wish = { choice: choice.value, backend: backend.value };
  if (!current || (current.choice === wish.choice && current.backend === wish.backend)) return;
  const { loading, promise } = current;
  current = null;
  info.value = null;
  loading.abort();
  promise.then((embedder) => embedder.dispose()).catch(() => undefined);
});
