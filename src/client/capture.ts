/** Captures every kind of image source at the time of the call, in a form that can be sent to the worker. */
import { invalid } from '../shared/errors.ts';
import { fileKind, HEAD_BYTES } from '../shared/file-kind.ts';
import type { ResolveUrl } from './platform.ts';
import type { ImageSource } from './types.ts';

/** An image as it is sent: an absolute URL, encoded bytes, or pixels. */
export type Captured = string | Blob | ImageBitmap;

/** Straight alpha and no colour conversion: the values that training code reads from a file. */
const AS_STORED: ImageBitmapOptions = { premultiplyAlpha: 'none', colorSpaceConversion: 'none' };
/** Longest side of an element with more pixels than the limit (200 MB), which is drawn smaller. */
const MOST_PIXELS = 50_000_000;
const DRAWN_SIDE = 4096;

/** Bitmaps that a call has taken. They can be transferred only once, so that one passed again is copied. */
const taken = new WeakSet<ImageBitmap>();

/**
 * @param field the caller's name for the value, used in messages
 * @throws TteError invalid-input: not an image source, not loaded yet, empty, or not readable
 */
export async function capture(source: ImageSource, field: string, resolveUrl: ResolveUrl): Promise<Captured> {
  if (typeof source === 'string') {
    const url = absoluteUrl(source, field, resolveUrl);
    return CAN_DRAW && SVG_URL.test(url) ? draw(url, field) : url;
  }
  const kind = kindOf(source);
  const isBytes = kind === 'ArrayBuffer' || kind === 'Uint8Array';
  if (isBytes || kind === 'Blob' || kind === 'File') {
    const blob = isBytes ? blobOf(source as Uint8Array<ArrayBuffer> | ArrayBuffer, field) : (source as Blob);
    return CAN_DRAW && (await isSvg(blob)) ? drawBlob(blob, field) : blob;
  }
  const problem = unready(source, kind);
  if (problem !== undefined) throw invalid(`${field}: ${problem}`);
  return readable(await toBitmap(source, kind, field), field);
}

/** Memory that is shared with other threads is copied first, as browsers make no Blob of it. */
function blobOf(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer, field: string): Blob {
  const isShared = 'buffer' in bytes && kindOf(bytes.buffer) === 'SharedArrayBuffer';
  try {
    return new Blob([isShared ? new Uint8Array(bytes) : bytes]);
  } catch (cause) {
    throw invalid(`${field}: these bytes were transferred elsewhere.`, cause);
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
      const { complete, naturalWidth, naturalHeight } = source as HTMLImageElement;
      if (!complete) return "this <img> is still loading: await its decode() or 'load' event first.";
      const hasSize = naturalWidth > 0 && naturalHeight > 0;
      return hasSize ? undefined : 'this <img> failed to load, or is an SVG without a size.';
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

async function toBitmap(source: unknown, kind: string, field: string): Promise<ImageBitmap> {
  try {
    if (kind === 'HTMLImageElement') return await imageToBitmap(source as HTMLImageElement);
    if (kind !== 'ImageBitmap' || taken.has(source as ImageBitmap)) {
      return await createImageBitmap(source as ImageBitmapSource, AS_STORED);
    }
  } catch (cause) {
    throw invalid(`${field}: the browser cannot read this image (${(cause as Error).message}).`, cause);
  }
  taken.add(source as ImageBitmap);
  return source as ImageBitmap;
}

/** createImageBitmap refuses an SVG without a size of its own, and one that is too large for memory; these are drawn on a canvas. */
async function imageToBitmap(image: HTMLImageElement): Promise<ImageBitmap> {
  const { naturalWidth, naturalHeight } = image;
  if (naturalWidth === 0 || naturalHeight === 0) throw new RangeError('its size is 0');
  if (naturalWidth * naturalHeight <= MOST_PIXELS) {
    const bitmap = await createImageBitmap(image, AS_STORED).catch(() => null);
    if (bitmap) return bitmap;
  }
  const scale = Math.min(1, DRAWN_SIDE / Math.max(naturalWidth, naturalHeight));
  const [width, height] = [naturalWidth, naturalHeight].map((n) => Math.max(1, Math.round(n * scale))) as [
    number,
    number,
  ];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  return canvas.transferToImageBitmap();
}

/** Pixels of another origin cannot be sent to the worker. Refused here, so that only this image fails and not the whole call. */
function readable(bitmap: ImageBitmap, field: string): ImageBitmap {
  const context = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
  try {
    context.drawImage(bitmap, 0, 0, 1, 1, 0, 0, 1, 1);
    context.getImageData(0, 0, 1, 1);
    return bitmap;
  } catch (cause) {
    throw invalid(`${field}: an image from another origin without CORS cannot be read.`, cause);
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

const SVG = 'image/svg+xml';
const SVG_URL = /^data:image\/svg\+xml|^[^?#]*\.svg(?:[?#]|$)/i;
/** False in Node, which has no <img>; there the decoder reads SVG. */
const CAN_DRAW = typeof Image !== 'undefined';
/** Types that are trusted without reading the file. */
const NO_SVG = /^image\/(jpeg|png|webp|avif|gif|bmp)$/;

async function isSvg(blob: Blob): Promise<boolean> {
  if (blob.type.startsWith(SVG)) return true;
  if (NO_SVG.test(blob.type)) return false;
  const head = await blob
    .slice(0, HEAD_BYTES)
    .arrayBuffer()
    .catch(() => new ArrayBuffer(0)); // the worker reports why
  return fileKind(new Uint8Array(head)) === 'SVG';
}

async function drawBlob(svg: Blob, field: string): Promise<ImageBitmap> {
  const url = URL.createObjectURL(svg.type === SVG ? svg : new Blob([svg], { type: SVG }));
  try {
    return await draw(url, field);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Workers cannot draw an SVG: an <img> of the page does. */
async function draw(url: string, field: string): Promise<ImageBitmap> {
  let bitmap: ImageBitmap;
  try {
    const image = new Image();
    image.crossOrigin = 'anonymous';
    image.src = url;
    await image.decode();
    bitmap = await imageToBitmap(image);
  } catch (cause) {
    throw invalid(
      `${field}: this SVG cannot be drawn. It must be whole, have a size, and be allowed by the page's policy (img-src).`,
      cause,
    );
  }
  return readable(bitmap, field);
}
