/** From what arrives in the worker to pixels: encoded bytes, transferred bitmaps, and URLs to fetch. */
import { invalid, TteError } from '../../src/shared/errors.ts';
import type { WireImage } from '../../src/shared/protocol.ts';
import { aborted } from '../storage/aborted.ts';
import { sha256 } from '../storage/hash.ts';
import type { Pixels } from './pixels.ts';
import { isTranslucent, readStraight } from './straight-alpha.ts';

/** An image that is fetched, hashed and decoded when asked for; fetched and hashed at most once. */
export interface ImageSource {
  /**
   * SHA-256 (lower-case hex) of the encoded bytes or, of a bitmap, of its size and pixels: the key of caches. Cheap: nothing is decoded.
   * @throws TteError invalid-input: nothing there | aborted
   */
  hash(): Promise<string>;
  /**
   * Decodes anew at each call: what is kept is up to the caller.
   * @throws TteError invalid-input: not there or not readable | aborted
   */
  pixels(): Promise<Pixels>;
}

/** @param signal gives up fetching */
export function openImage(image: WireImage, signal: AbortSignal): ImageSource {
  if (image.kind === 'bitmap') {
    const pixels = once(async () => readBitmap(image.bitmap as ImageBitmap));
    return { pixels, hash: once(async () => hashOf(await pixels())) };
  }
  const encoded = once(async () => {
    const blob = image.kind === 'blob' ? (image.blob as Blob) : await fetchBlob(image.url, signal);
    if (blob.size === 0) throw invalid('The image has no bytes.');
    return blob;
  });
  return {
    hash: once(async () => sha256(new Uint8Array(await (await encoded()).arrayBuffer()))),
    pixels: async () => decode(await encoded()),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function fetchBlob(url: string, signal: AbortSignal): Promise<Blob> {
  if (url.startsWith('data:')) return dataUrl(url);
  const response = await fetch(url, { signal }).catch((cause) => {
    if (signal.aborted) throw aborted(signal);
    throw invalid(
      `${url} cannot be fetched. From another origin it must allow CORS, and a page's policy must allow it.`,
      cause,
    );
  });
  if (!response.ok) throw invalid(`${url} answered ${response.status}.`);
  return response.blob();
}

/** Taken apart here: fetching a data URL needs a policy (`connect-src data:`) that strict pages do not have. */
function dataUrl(url: string): Blob {
  const comma = url.indexOf(',');
  const head = url.slice('data:'.length, comma).split(';');
  try {
    const body = decodeURIComponent(url.slice(comma + 1));
    const bytes = head.includes('base64')
      ? Uint8Array.from(atob(body), (char) => char.charCodeAt(0))
      : new TextEncoder().encode(body);
    return new Blob([bytes], { type: head[0] ?? '' });
  } catch (cause) {
    throw invalid('The data URL is malformed.', cause);
  }
}

/**
 * Orientation of EXIF applied, embedded colour profiles ignored: the values that Pillow reads. ImageDecoder would take half
 * the time, but repeats halved chroma instead of interpolating it: up to 46 levels off in the tests' 4:2:0 picture.
 */
async function decode(blob: Blob): Promise<Pixels> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob, {
      imageOrientation: 'from-image',
      premultiplyAlpha: 'none',
      colorSpaceConversion: 'none',
    });
  } catch (cause) {
    const svg = blob.type.startsWith('image/svg');
    const advice = svg ? 'For an SVG give the loaded <img>.' : 'Give a JPEG, PNG, WebP, AVIF, GIF or BMP.';
    throw invalid(
      `The image (${blob.type || 'unknown type'}, ${blob.size} bytes) cannot be decoded. ${advice}`,
      cause,
    );
  }
  return readBitmap(bitmap);
}

/** Closes the bitmap. */
function readBitmap(bitmap: ImageBitmap): Pixels {
  const { width, height } = bitmap;
  if (width === 0) throw invalid('The ImageBitmap is empty: it was closed, or given twice.');
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new TteError('unsupported', 'This browser gives workers no canvas.');
  try {
    context.drawImage(bitmap, 0, 0);
    const pixels = { width, height, data: context.getImageData(0, 0, width, height).data };
    if (isTranslucent(pixels.data)) readStraight(bitmap, pixels);
    return pixels;
  } catch (cause) {
    throw invalid(`The image is too large for this browser: ${width} × ${height}.`, cause);
  } finally {
    bitmap.close();
  }
}

async function hashOf({ width, height, data }: Pixels): Promise<string> {
  return `${width}x${height}-${await sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}`;
}
