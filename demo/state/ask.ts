/** A question about a picture: its trace, and the labels and the part of the picture that are nearest to its vector. */
import { batch, signal } from '@preact/signals';
import { cosineSimilarity, type Embedder, type Embedding, isTteError } from 'think-then-embed';
import { sampleThings } from '../ingest/sample.ts';
import { text } from '../strings.ts';
import { engine, refreshInfo } from './engine.ts';
import { dismissErrors, notifyError } from './notices.ts';
import { type PickedImage, pickedImage } from './picked-image.ts';

export interface Label {
  name: string;
  /** Cosine with the question's vector, with a trace and without. */
  score: number;
  before: number;
}

export interface Crop {
  place: string;
  picture: PickedImage;
  score: number;
}

export const picture = signal<PickedImage | null>(null);
export const question = signal('');
/** Null: the things in the sample pictures. */
export const ownLabels = signal<string | null>(null);
export const busy = signal(false);
export const streamed = signal('');
export const embedding = signal<Embedding | null>(null);
/** Best first. */
export const labels = signal<readonly Label[]>([]);
export const crops = signal<readonly Crop[]>([]);

const SHOWN_LABELS = 6;
let running: AbortController | null = null;

export function askAbout(blob: Blob, name: string): void {
  stopAsking();
  batch(() => {
    picture.value = pickedImage(blob, name);
    embedding.value = null;
    labels.value = [];
    crops.value = [];
    streamed.value = '';
  });
}

export function stopAsking(): void {
  running?.abort();
}

export async function ask(): Promise<void> {
  const asked = picture.value;
  if (!asked) return;
  stopAsking();
  const own = new AbortController();
  running = own;
  const { signal } = own;
  batch(() => {
    busy.value = true;
    streamed.value = '';
    embedding.value = null;
    labels.value = [];
    crops.value = [];
  });
  dismissErrors();
  try {
    const embedder = await engine();
    const input = { image: asked.blob, text: question.value.trim().toLowerCase() };
    const reasoned = await embedder.embed(input, {
      think: embedder.info.thinkModes.includes('full') ? 'full' : 'never',
      signal,
      onTrace: (delta) => {
        streamed.value += delta;
      },
    });
    embedding.value = reasoned;
    const quick = await embedder.embed(input, { think: 'never', signal });
    labels.value = await nearest(embedder, reasoned, quick, signal);
    crops.value = await ground(embedder, asked, await answered(embedder, reasoned, signal), signal);
  } catch (error) {
    if (!isTteError(error, 'aborted')) notifyError(error);
  } finally {
    if (running === own) {
      running = null;
      busy.value = false;
    }
    await refreshInfo();
  }
}

async function nearest(
  embedder: Embedder,
  reasoned: Embedding,
  quick: Embedding,
  signal: AbortSignal,
): Promise<Label[]> {
  const own = ownLabels.value
    ?.split(',')
    .map((label) => label.trim())
    .filter(Boolean);
  const names = own?.length ? own : await sampleThings();
  const targets = await embedder.embedMany(
    names.map((text) => ({ text })),
    { think: 'never', role: 'document', signal },
  );
  return targets
    .map(({ vector }, at) => ({
      name: names[at] ?? '',
      score: cosineSimilarity(reasoned.vector, vector),
      before: cosineSimilarity(quick.vector, vector),
    }))
    .sort((a, b) => b.score - a.score)
    .slice(0, SHOWN_LABELS);
}

/**
 * Embeds the trace's final statement, to which the right part of a picture is nearer than to the whole question. Without a trace,
 * returns the question's vector.
 */
async function answered(embedder: Embedder, reasoned: Embedding, signal: AbortSignal): Promise<Float32Array> {
  const conclusion = reasoned.trace?.answer.split(':').at(-1)?.trim();
  if (!conclusion) return reasoned.vector;
  return (await embedder.embed({ text: conclusion }, { think: 'never', signal })).vector;
}

async function ground(
  embedder: Embedder,
  { blob }: PickedImage,
  answer: Float32Array,
  signal: AbortSignal,
): Promise<Crop[]> {
  const cut = await quarters(blob);
  const targets = await embedder.embedMany(
    cut.map(({ picture }) => ({ image: picture.blob })),
    { think: 'never', role: 'document', signal },
  );
  return cut
    .map((crop, at) => ({
      ...crop,
      score: cosineSimilarity(answer, (targets[at] as Embedding).vector),
    }))
    .sort((a, b) => b.score - a.score);
}

/** The four quarters and the middle, which is as finely as the built-in model can locate things. */
async function quarters(blob: Blob): Promise<Omit<Crop, 'score'>[]> {
  const whole = await createImageBitmap(blob);
  const width = Math.floor(whole.width / 2);
  const height = Math.floor(whole.height / 2);
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
    [width / 2, height / 2],
  ] as const;
  const cut = corners.map(async ([x, y], at) => {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')?.drawImage(whole, x, y, width, height, 0, 0, width, height);
    const place = text.ask.places[at] ?? '';
    return { place, picture: pickedImage(await canvas.convertToBlob({ type: 'image/png' }), place) };
  });
  return Promise.all(cut);
}
