/** Pictures of every kind, captured at the moment of the call in a form that can go to the worker. */
import { invalid } from '../shared/errors.ts';
import type { ImageSource } from './types.ts';

/** What is sent: a URL (absolute), encoded bytes, or pixels. */
export type Captured = string | Blob | ImageBitmap;

/** Straight alpha and untouched colours: what training code reads from a file. */
const AS_STORED: ImageBitmapOptions = { premultiplyAlpha: 'none', colorSpaceConversion: 'none' };

/**
 * @param field how the caller wrote it, for messages
 * @throws TteError invalid-input: not a picture, not loaded yet, empty, or not readable
 */
export async function capture(source: ImageSource, field: string): Promise<Captured> {
  if (typeof source === 'string') return absoluteUrl(source, field);
  const kind = kindOf(source);
  if (kind === 'Blob' || kind === 'File') {
    const blob = source as Blob;
    return blob.type.startsWith('image/svg') ? rasterise(blob, field) : blob;
  }
  const problem = unready(source, kind);
  if (problem !== undefined) throw invalid(`${field}: ${problem}`);
  if (kind === 'ImageBitmap') return source as ImageBitmap;
  try {
    return await createImageBitmap(source as ImageBitmapSource, AS_STORED);
  } catch (cause) {
    throw invalid(`${field}: the browser cannot read this picture (${(cause as Error).message}).`, cause);
  }
}

/** The class's name; unlike `instanceof` right for objects of an iframe, and where the class does not exist. */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Why this gives no pixels now. */
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
        : 'no pixels: its size is zero, or it was handed over before.';
    }
    case 'ImageData':
      return undefined;
    default:
      return 'give a Blob, File, ImageBitmap, ImageData, <img>, <canvas>, <video>, OffscreenCanvas or URL string.';
  }
}

/** @throws TteError invalid-input */
export function absoluteUrl(url: string, field: string): string {
  try {
    return new URL(url, globalThis.document?.baseURI ?? location.href).href;
  } catch (cause) {
    throw invalid(`${field}: '${url.slice(0, 80)}' is not a URL.`, cause);
  }
}

/** Workers cannot decode SVG: an <img> of the page does. */
async function rasterise(svg: Blob, field: string): Promise<ImageBitmap> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return await createImageBitmap(image, AS_STORED);
  } catch (cause) {
    throw invalid(
      `${field}: this SVG cannot be drawn. Give it a width and a height, or convert it to PNG.`,
      cause,
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
