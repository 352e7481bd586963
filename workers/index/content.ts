/** What an item is, before it is embedded: its hash, and a small picture of it. */
import type { WireImage, WireInput } from '../../src/shared/protocol.ts';
import { openInput } from '../pipeline/input.ts';
import { sha256Text } from '../storage/hash.ts';
import { canonical } from '../storage/keys.ts';
import type { Thumbnail } from './segments.ts';

/** SHA-256 (hex) over everything that is embedded. */
export async function hashContent(input: WireInput, signal: AbortSignal): Promise<string> {
  const { layout, text, instruction, trace } = openInput(input, signal);
  const images = await openInput(input, signal).imageHashes();
  return sha256Text(canonical([images, layout, text, instruction, trace]));
}

/**
 * The first picture, fitted into a square of `side` pixels, as WebP; null where there is none. A picture that cannot be read
 * gives none either: embedding it says why.
 */
export async function thumbnailOf({ images }: WireInput, side: number): Promise<Thumbnail | null> {
  const [image] = images;
  if (image === undefined || side === 0) return null;
  try {
    const bitmap = await createImageBitmap(await sourceOf(image));
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((n) => Math.max(1, Math.round(n * scale))) as [
      number,
      number,
    ];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
    return { type: blob.type, bytes: await blob.arrayBuffer() };
  } catch {
    return null;
  }
}

async function sourceOf(image: WireImage): Promise<ImageBitmapSource> {
  if (image.kind === 'bitmap') return image.bitmap as ImageBitmap;
  return image.kind === 'blob' ? (image.blob as Blob) : (await fetch(image.url)).blob();
}
