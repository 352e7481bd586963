/** workers/images in a real worker. */
import { openImage } from '../../workers/images/decode.ts';

export interface StoredPicture {
  name: string;
  type: string;
  /** base64, as `rgb`. */
  file: string;
  size: [number, number];
  rgb: string;
}

const bytes = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

/** Size as decoded, and how far the colours are from those that Pillow read. */
export async function compare({ type, file, rgb }: StoredPicture) {
  const image = { kind: 'blob', blob: new Blob([bytes(file)], { type }) } as const;
  const { width, height, data } = await openImage(image, new AbortController().signal).pixels();
  const expected = bytes(rgb);
  let worst = 0;
  for (let i = 0, o = 0; o < expected.length; i += 4, o += 3) {
    for (let channel = 0; channel < 3; channel++) {
      worst = Math.max(worst, Math.abs((data[i + channel] as number) - (expected[o + channel] as number)));
    }
  }
  return { size: [width, height], worst };
}

/** Hash and size of what a URL leads to. */
export async function open(url: string) {
  const image = openImage({ kind: 'url', url }, new AbortController().signal);
  const { width, height } = await image.pixels();
  return { hash: await image.hash(), size: [width, height] };
}

/** Two bitmaps of the same pixels, one of others: their hashes. */
export async function bitmapHashes(): Promise<string[]> {
  const hashes = [1, 1, 2].map(async (value) => {
    const bitmap = await createImageBitmap(new ImageData(new Uint8ClampedArray(16).fill(value), 2, 2), {
      premultiplyAlpha: 'none',
    });
    return openImage({ kind: 'bitmap', bitmap }, new AbortController().signal).hash();
  });
  return Promise.all(hashes);
}
