/** One input as it came over the wire, checked, with its images decoded when first looked at. */
import { TteError } from '../../src/shared/errors.ts';
import type { WireImage, WireInput } from '../../src/shared/protocol.ts';
import type { Picture } from '../embedder/types.ts';
import { type ImageSource, openImage } from '../images/decode.ts';
import type { Pixels } from '../images/pixels.ts';

export interface Input {
  readonly images: readonly Picture[];
  readonly layout: WireInput['layout'];
  readonly text: string;
  readonly instruction: string;
  /** Supplied trace, or null. */
  readonly trace: string | null;
  /** Content hashes of the images, in order. */
  imageHashes(): Promise<string[]>;
}

export function openInput(wire: WireInput, signal: AbortSignal): Input {
  if (wire.images.length === 0 && wire.text.trim() === '' && wire.instruction.trim() === '') {
    throw new TteError('invalid-input', 'The input is empty: give text, image, frames or pages.');
  }
  const sources = wire.images.map((image) => openImage(image as WireImage, signal));
  return {
    images: sources.map(picture),
    layout: wire.layout,
    text: wire.text,
    instruction: wire.instruction,
    trace: wire.trace ?? null,
    imageHashes: () => Promise.all(sources.map((source) => source.hash())),
  };
}

/** A source that is decoded when first looked at. */
export function picture(source: ImageSource): Picture {
  let decoded: Promise<Pixels> | null = null;
  return {
    pixels() {
      decoded ??= source.pixels();
      return decoded;
    },
    release() {
      decoded = null;
    },
  };
}
