/** Embeds one input and compares it with earlier ones. */
import { batch, signal } from '@preact/signals';
import {
  cosineSimilarity,
  type Embedder,
  type Embedding,
  isTteError,
  type ThinkMode,
} from 'think-then-embed';
import { text as words } from '../strings.ts';
import { engine, refreshInfo, stopLoading } from './engine.ts';
import { dismissErrors, notifyError } from './notices.ts';
import type { PickedImage } from './picked-image.ts';

export interface Entry {
  label: string;
  /** URL of the picture, if any. */
  picture: string | null;
  space: string;
  vector: Float32Array;
}

export const input = {
  pictures: signal<readonly PickedImage[]>([]),
  text: signal(''),
  instruction: signal(''),
  think: signal<ThinkMode>('auto'),
  /** A trace written by the user, used instead of thinking; null: none. */
  trace: signal<string | null>(null),
};
export const busy = signal(false);
export const status = signal('');
export const streamed = signal('');
export const result = signal<Embedding | null>(null);
/** The same input embedded without thinking, if the user chose to compare. */
export const plain = signal<Embedding | null>(null);
export const earlier = signal<readonly Entry[]>([]);

let running: AbortController | null = null;

export function stop(): void {
  running?.abort();
  stopLoading();
}

/** @param both embed without thinking as well, for comparison */
export async function embed(both: boolean): Promise<void> {
  if (running) return;
  running = new AbortController();
  const { signal } = running;
  batch(() => {
    busy.value = true;
    status.value = words.lab.loading;
  });
  dismissErrors();
  try {
    const embedder = await engine();
    const { pictures } = input;
    // Several pictures make several inputs, each with the same text.
    for (const picture of pictures.value.length > 0 ? pictures.value : [null]) {
      await embedOne(embedder, picture, both, signal);
    }
    status.value = words.lab.done;
  } catch (error) {
    status.value = isTteError(error, 'aborted') ? words.lab.stopped : '';
    notifyError(error);
  } finally {
    running = null;
    busy.value = false;
    await refreshInfo();
  }
}

async function embedOne(
  embedder: Embedder,
  picture: PickedImage | null,
  both: boolean,
  signal: AbortSignal,
): Promise<void> {
  const text = input.text.value.trim();
  const instruction = input.instruction.value.trim();
  const trace = input.trace.value;
  batch(() => {
    status.value = words.lab.embedding;
    streamed.value = '';
    result.value = null;
    plain.value = null;
  });
  const asked = {
    ...(picture && { image: picture.blob }),
    ...(text && { text }),
    ...(instruction && { instruction }),
  };
  const embedding = await embedder.embed(
    { ...asked, ...(trace !== null && { trace }) },
    {
      think: allowed(embedder, input.think.value),
      signal,
      onTrace: (delta) => {
        streamed.value += delta;
      },
    },
  );
  const without = both ? await embedder.embed(asked, { think: 'never', signal }) : null;
  const { space, vector } = embedding;
  const label = [picture?.name, text, instruction].filter(Boolean).join(' · ');
  batch(() => {
    result.value = embedding;
    plain.value = without;
    earlier.value = [{ label, picture: picture?.url ?? null, space, vector }, ...earlier.value];
  });
}

function allowed({ info }: Embedder, mode: ThinkMode): ThinkMode {
  return info.thinkModes.includes(mode) ? mode : 'never';
}

/** Earlier inputs, most similar to the last one first; null for vectors of another space. */
export function byNearness(): { entry: Entry; similarity: number | null }[] {
  const [last, ...others] = earlier.value;
  if (!last) return [];
  return others
    .map((entry) => ({
      entry,
      similarity: entry.space === last.space ? cosineSimilarity(entry.vector, last.vector) : null,
    }))
    .sort((a, b) => (b.similarity ?? -2) - (a.similarity ?? -2));
}
