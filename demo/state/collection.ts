/** The collection: one index per model, filled from files; adding can be paused and resumed. */
import { computed, effect, signal } from '@preact/signals';
import {
  type Embedder,
  type IndexItem,
  isTteError,
  type Metadata,
  type ThinkMode,
  type VectorIndex,
} from 'think-then-embed';
import { expand, type Found, pictureMetadata, usable } from '../ingest/expand.ts';
import { sample, sampleItems } from '../ingest/sample.ts';
import { text } from '../strings.ts';
import { backend, choice } from './choices.ts';
import { engine, refreshInfo } from './engine.ts';
import { messageOf, notify, notifyError } from './notices.ts';
import { settings } from './settings.ts';

export interface Adding {
  state: 'running' | 'paused';
  name: string;
  done: number;
  total: number | null;
  skipped: number;
  failed: number;
  current: string;
}

interface Source {
  name: string;
  /** Restarted on every resume; items that are in the index already are skipped. */
  items(): AsyncIterable<File | IndexItem>;
  /** Fields for the files among them. */
  metadata?: (file: File) => Metadata;
}

/** Items in the collection; null: not opened yet. */
export const count = signal<number | null>(null);
/** Incremented on every change of the collection. */
export const changes = signal(0);
export const adding = signal<Adding | null>(null);
/** Unlike `adding`, does not change with every item. */
export const isAdding = computed(() => adding.value !== null);

let opened: { id: string; index: Promise<VectorIndex> } | null = null;
let waiting: Source[] = [];
let controller: AbortController | null = null;
let working = Promise.resolve();

/** True if this model's collection had items at the last visit, which makes it worth loading the model. */
export function expected(): boolean {
  return Number(settings.read(`items ${choice.value.id}`)) > 0;
}

export function collection(): Promise<VectorIndex> {
  const { id } = choice.value;
  if (opened?.id !== id) {
    const made = { id, index: open(id) };
    opened = made;
    made.index.catch(() => {
      if (opened === made) opened = null;
    });
  }
  return opened!.index;
}

async function open(id: string): Promise<VectorIndex> {
  const embedder = await engine();
  const index = await openThinking(embedder, indexName(id));
  const changed = (now: number) => {
    if (choice.peek().id !== id) return;
    count.value = now;
    changes.value++;
    settings.write(`items ${id}`, String(now));
  };
  index.onChange(({ count }) => changed(count));
  changed(await index.count());
  return index;
}

/** Think mode for the items of a new index: if the model can, photographs and pages get traces, by which they are found. */
function thinkModeOf({ info }: Embedder): ThinkMode {
  return info.thinkModes.includes('auto') ? 'auto' : 'never';
}

/** An index of an earlier visit keeps the mode that it was made with. */
async function openThinking(embedder: Embedder, name: string): Promise<VectorIndex> {
  const thumbnails = 320; // large enough to be viewed and asked about
  try {
    return await embedder.openIndex(name, { thumbnails, think: thinkModeOf(embedder) });
  } catch (error) {
    if (!isTteError(error, 'space-mismatch')) throw error;
    return embedder.openIndex(name, { thumbnails });
  }
}

/** Of the collection's vectors, or those that are going to be in it. */
async function space(): Promise<string> {
  const { manifest } = await (await collection()).info();
  if (manifest) return manifest.space;
  const embedder = await engine();
  const embedding = await embedder.embed(
    { text: text.name },
    { think: thinkModeOf(embedder), role: 'document' },
  );
  return embedding.space;
}

function indexName(id: string): string {
  return `demo-${id}`;
}

/** Another model or backend runs in another worker, so the index has to be reopened. */
function forget(): void {
  controller?.abort();
  waiting = [];
  adding.value = null;
  opened = null;
  count.value = null;
}

export async function addSample(): Promise<void> {
  // Load the model while the list is being fetched; `work` reports its errors.
  collection().catch(() => undefined);
  const { name } = await sample();
  await add({
    name,
    async *items() {
      yield* sampleItems(await space());
    },
  });
}

export async function addFiles(found: readonly Found[]): Promise<void> {
  const good = found.filter(usable);
  if (good.length < found.length) notify('warning', text.collection.ignored(found.length - good.length));
  if (good.length === 0) return;
  const folder = good[0]?.path.includes('/') ? good[0].path.split('/')[0] : undefined;
  const name = folder ?? text.collection.ownFiles;
  const unreadable = (file: string, reason: unknown) => notify('warning', messageOf(reason), file);
  await add({
    name,
    items: () => expand(good, name, unreadable),
    metadata: pictureMetadata(good, name),
  });
}

async function add(source: Source): Promise<void> {
  waiting.push(source);
  await resume();
}

export function pause(): void {
  if (adding.value) adding.value = { ...adding.value, state: 'paused' };
  controller?.abort();
}

export async function resume(): Promise<void> {
  if (controller && !controller.signal.aborted) return; // already running: it works through `waiting`
  const own = new AbortController();
  controller = own;
  if (adding.value) adding.value = { ...adding.value, state: 'running' };
  // Wait for a run that is being aborted, so that no two runs add the same items.
  working = working.then(() => work(own.signal));
  await working;
  if (controller === own) controller = null;
}

export function cancelAdding(): void {
  waiting = [];
  controller?.abort();
  adding.value = null;
}

/** Adds one source after another until all are added or the user pauses. Never rejects. */
async function work(signal: AbortSignal): Promise<void> {
  try {
    for (let source = waiting[0]; source && !signal.aborted; source = waiting[0]) {
      await addAll(source, signal);
      if (waiting[0] === source) waiting.shift();
    }
    if (!signal.aborted) adding.value = null;
  } catch (error) {
    // Stopping the model's download pauses adding as well, so that it can be resumed.
    if (!signal.aborted && isTteError(error, 'aborted')) pause();
    if (isTteError(error, 'aborted')) return;
    notifyError(error);
    cancelAdding();
  } finally {
    await refreshInfo();
  }
}

async function addAll(source: Source, signal: AbortSignal): Promise<void> {
  show(source, {});
  const index = await collection();
  const names: string[] = [];
  async function* named() {
    for await (const item of source.items()) {
      names.push(item instanceof File ? item.name : String(item.metadata?.name ?? ''));
      yield item;
    }
  }
  const { failed } = await index.addFiles(named(), {
    signal,
    ...(source.metadata && { metadata: source.metadata }),
    onProgress: ({ done, total, skipped, failed }) =>
      !signal.aborted && show(source, { done, total, skipped, failed, current: names[done - 1] ?? '' }),
  });
  for (const { index, reason } of failed.slice(0, 3)) notify('warning', messageOf(reason), names[index]);
}

function show({ name }: Source, changed: Partial<Adding>): void {
  const fresh = { state: 'running' as const, name, done: 0, total: null, skipped: 0, failed: 0, current: '' };
  adding.value = { ...fresh, ...changed };
}

let wish = JSON.stringify([choice.value.id, backend.value]);
effect(() => {
  const now = JSON.stringify([choice.value.id, backend.value]);
  if (now !== wish) forget();
  wish = now;
});
