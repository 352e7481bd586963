/** One input of a call: its texts and its images, which all stages of the pipeline share. */
import { TteError } from '../../src/shared/errors.ts';
import type { SuppliedTrace, WireInput } from '../../src/shared/protocol.ts';
import { openPicture, type Picture, type PicturePlatform } from '../images/picture.ts';

export interface Input {
  readonly images: readonly Picture[];
  readonly layout: WireInput['layout'];
  readonly text: string;
  readonly instruction: string;
  /** Supplied trace, or null. */
  readonly trace: SuppliedTrace | null;
  /** Passages that a trace is to be drawn from; absent: none. */
  readonly context?: readonly string[];
}

/** Wraps an input from the wire. No image is read yet. @param signal aborts fetching */
export function openInput(wire: WireInput, platform: PicturePlatform, signal: AbortSignal): Input {
  return {
    images: wire.images.map((image) => openPicture(image, platform, signal)),
    layout: wire.layout,
    text: wire.text,
    instruction: wire.instruction,
    trace: wire.trace ?? null,
    ...(wire.context && { context: wire.context }),
  };
}

export function textInput(text: string): Input {
  return { images: [], layout: 'none', text, instruction: '', trace: null };
}

/** Frees the images of an input that is no longer needed. */
export function closeInput({ images }: Input): void {
  for (const image of images) image.close();
}

/** @throws TteError invalid-input: the input has neither text nor images */
export function refuseEmpty({ images, text, instruction }: Input): void {
  if (images.length === 0 && text.trim() === '' && instruction.trim() === '') {
    throw new TteError('invalid-input', 'The input is empty: give text, image, frames or pages.');
  }
}

/** Content hashes of the images, in order. */
export function imageHashes({ images }: Input): Promise<string[]> {
  return Promise.all(images.map((image) => image.hash()));
}
