/** The client with a real worker that runs the fake host. */
import { openEmbedder } from '../../src/client/embedder.ts';
import { pagePlatform } from '../../src/client/page.ts';
import type { EmbedderOptions } from '../../src/index.ts';

export const workers: Worker[] = [];

export function openFake(options: EmbedderOptions = {}) {
  const start = () => {
    const worker = new Worker(new URL('../bridge/fake-host.worker.ts', import.meta.url), { type: 'module' });
    workers.push(worker);
    return worker;
  };
  return openEmbedder(options, () => pagePlatform(start));
}

/** The result of a call: its text, or the code, name and causes of its error. */
export async function outcome(call: Promise<{ space: string }>): Promise<unknown> {
  try {
    return (await call).space;
  } catch (error) {
    return describeError(error);
  }
}

export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause } = error;
  const code = 'code' in error ? error.code : null;
  return { name, code, message, cause: cause === undefined ? null : describeError(cause) };
}

/** One colour in several kinds of ImageSource. */
export async function picture(width: number, height: number, colour: string) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  const blob = await new Promise<Blob>((resolve) => canvas.toBlob((made) => resolve(made as Blob)));
  const image = new Image();
  image.src = canvas.toDataURL();
  await image.decode();
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = canvas.captureStream();
  const playing = video.play();
  context.fillRect(0, 0, width, height); // a frame for the stream
  await playing;
  return { canvas, blob, image, video, bitmap: await createImageBitmap(blob) };
}
