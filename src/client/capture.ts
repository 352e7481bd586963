/** Captures every kind of image source at the time of the call, in a form that can be sent to the worker. */
import { invalid } from '../shared/errors.ts';
import type { ResolveUrl } from './platform.ts';
import type { ImageSource } from './types.ts';

/** What is sent: an absolute URL, encoded bytes, or pixels. */
export type Captured = string | Blob | ImageBitmap;

/** Straight alpha and no colour conversion: the values that training code reads from a file. */
const AS_STORED: ImageBitmapOptions = { premultiplyAlpha: 'none', colorSpaceConversion: 'none' };

/**
 * @param field the caller's name for the value, used in messages
 * @throws TteError invalid-input: not an image source, not loaded yet, empty, or not readable
 */
export async function capture(source: ImageSource, field: string, resolveUrl: ResolveUrl): Promise<Captured> {
  if (typeof source === 'string') return absoluteUrl(source, field, resolveUrl);
  const kind = kindOf(source);
  if (kind === 'ArrayBuffer' || kind === 'Uint8Array') return new Blob([source as BlobPart]);
  if (kind === 'Blob' || kind === 'File') {
    const blob = source as Blob;
    // Where there is no <img>, in Node, the decoder reads SVG.
    return blob.type.startsWith('image/svg') && typeof Image !== 'undefined' ? rasterise(blob, field) : blob;
  }
  const problem = unready(source, kind);
  if (problem !== undefined) throw invalid(`${field}: ${problem}`);
  if (kind === 'ImageBitmap') return source as ImageBitmap;
  try {
    return await createImageBitmap(source as ImageBitmapSource, AS_STORED);
  } catch (cause) {
    throw invalid(`${field}: the browser cannot read this image (${(cause as Error).message}).`, cause);
  }
}

/** The class's name. Unlike `instanceof` this works for objects of an iframe, and where the class does not exist. */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Why the source has no pixels at the moment; undefined if it has. */
function unready(source: unknown, kind: string): string | undefined {
  switch (kind) {
    case 'HTMLImageElement': {
      const { complete, naturalWidth } = source as HTMLImageElement;
      if (!complete) return "this <img> is still loading: await its decode() or 'load' event first.";
      return naturalWidth > 0 ? undefined : 'this <img> failed to load, or is an SVG without a size.';
    }
    case 'HTMLVideoElement': {
      const { readyState, videoWidth } = source as HTMLVideoElement;
      const ready = readyState >= 2 && videoWidth > 0;
      return ready ? undefined : "this <video> has no frame yet: await its 'loadeddata' event first.";
    }
    case 'HTMLCanvasElement':
    case 'OffscreenCanvas':
    case 'ImageBitmap': {
      const { width, height } = source as ImageBitmap;
      return width > 0 && height > 0
        ? undefined
        : 'it has no pixels: its size is zero, or it was transferred earlier.';
    }
    case 'ImageData':
      return undefined;
    default:
      return 'pass a Blob, File, Uint8Array, ImageBitmap, ImageData, <img>, <canvas>, <video>, OffscreenCanvas or URL string.';
  }
}

/** @throws TteError invalid-input */
export function absoluteUrl(url: string, field: string, resolveUrl: ResolveUrl): string {
  try {
    return resolveUrl(url);
  } catch (cause) {
    throw invalid(`${field}: '${url.slice(0, 80)}' is not a URL.`, cause);
  }
}

/** Workers cannot decode SVG, so the page draws it with an <img>. */
async function rasterise(svg: Blob, field: string): Promise<ImageBitmap> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return await createImageBitmap(image, AS_STORED);
  } catch (cause) {
    throw invalid(
      `${field}: this SVG cannot be drawn. Set its width and height, or convert it to PNG.`,
      cause,
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
