/** workers/images in a real worker. */
import type { WireImage } from '../../src/shared/protocol.ts';
import { openPicture } from '../../workers/images/picture.ts';
import { browserPlatform } from '../../workers/platform/browser/platform.ts';

export interface StoredPicture {
  name: string;
  type: string;
  /** base64, as `rgb`. */
  file: string;
  size: [number, number];
  rgb: string;
}

const opened = (image: WireImage) => openPicture(image, browserPlatform, new AbortController().signal);
const bytes = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

/** Number of bitmaps that decoding a picture takes: none if the browser gives its planes. */
export async function bitmapsFor({ type, file }: StoredPicture): Promise<number> {
  const { createImageBitmap } = self;
  let bitmaps = 0;
  self.createImageBitmap = ((...args: Parameters<typeof createImageBitmap>) => {
    bitmaps++;
    return createImageBitmap(...args);
  }) as typeof createImageBitmap;
  const blob = new Blob([bytes(file)], { type });
  await opened({ name: '', kind: 'blob', blob }).pixels();
  self.createImageBitmap = createImageBitmap;
  return bitmaps;
}

/** The decoded size, and the difference of the colours from those read by Pillow. */
export async function compare({ type, file, rgb }: StoredPicture) {
  const image = { name: '', kind: 'blob', blob: new Blob([bytes(file)], { type }) } as const;
  const { width, height, data } = await opened(image).pixels();
  const expected = bytes(rgb);
  let worst = 0;
  for (let i = 0, o = 0; o < expected.length; i += 4, o += 3) {
    for (let channel = 0; channel < 3; channel++) {
      worst = Math.max(worst, Math.abs((data[i + channel] as number) - (expected[o + channel] as number)));
    }
  }
  return { size: [width, height], worst };
}

/** Hash and size of the picture at a URL. */
export async function open(url: string) {
  const image = opened({ name: 'image', kind: 'url', url });
  const { width, height } = await image.pixels();
  return { hash: await image.hash(), size: [width, height] };
}

/** The hashes of two bitmaps with the same pixels and of one with others. */
export async function bitmapHashes(): Promise<string[]> {
  const hashes = [1, 1, 2].map(async (value) => {
    const bitmap = await createImageBitmap(new ImageData(new Uint8ClampedArray(16).fill(value), 2, 2), {
      premultiplyAlpha: 'none',
    });
    return opened({ name: '', kind: 'bitmap', bitmap }).hash();
  });
  return Promise.all(hashes);
}
