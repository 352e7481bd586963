/**
 * One image of a call. It is read once, and its pixels and hash are shared by the cache lookup, the reasoner, the embedder and the
 * thumbnail.
 */
import { imageDimensionsFromData } from 'image-dimensions';
import { invalid, isTteError } from '../../src/shared/errors.ts';
import { type FileKind, fileKind } from '../../src/shared/file-kind.ts';
import type { BitmapLike, BlobLike, WireImage } from '../../src/shared/protocol.ts';
import type { Fetcher } from '../storage/fetcher.ts';
import { sha256 } from '../storage/hash.ts';
import type { EncodedPicture, PictureDecoder, RawPixels } from './decoder.ts';
import { fetchFile } from './fetch-file.ts';
import { layOnWhite, type Pixels } from './pixels.ts';
import { resize } from './resample.ts';

export interface Picture {
  /**
   * SHA-256 (hex) of the file or, of a picture that came decoded, its size and SHA-256 of its pixels: the key of caches. Cheap:
   * files are hashed without decoding.
   * @throws TteError invalid-input: the file is empty or cannot be fetched | aborted
   */
  hash(): Promise<string>;
  /**
   * Decodes on the first call and keeps the pixels until `release`.
   * @throws TteError invalid-input: the image cannot be decoded, or is too large | aborted
   */
  pixels(): Promise<Pixels>;
  /** Scaled down to `longest` pixels on the longest side; smaller images keep their size. @throws TteError as `pixels` */
  thumbnail(longest: number): Promise<EncodedPicture>;
  /** Frees the pixels if they can be decoded again. */
  release(): void;
  /** Frees everything. The picture must not be used afterwards. */
  close(): void;
}

/** Files that declare more pixels than this (1 GB as RGBA) are refused, since decoders hold the whole image in memory. */
const MOST_PIXELS = 2 ** 28;
/** Bytes read to find an image's dimensions; nearly every file declares them within this range. */
const SIZE_BYTES = 1 << 18;

/** The platform services needed to read images. */
export interface PicturePlatform {
  readonly pictures: PictureDecoder;
  readonly fetcher: Fetcher;
}

/** Creates a picture without reading anything yet. @param signal aborts fetching */
export function openPicture(
  image: WireImage,
  { pictures: decoder, fetcher }: PicturePlatform,
  signal: AbortSignal,
): Picture {
  const source =
    image.kind === 'bitmap'
      ? decodedAlready(image.bitmap, decoder)
      : fromFile(
          async () => (image.kind === 'url' ? fetchFile(fetcher, image.url, signal) : image.blob),
          decoder,
        );
  const named = (error: unknown) => {
    if (!isTteError(error)) throw invalid(`${image.name}: cannot be read (${error}).`, error);
    throw error.code === 'invalid-input' ? invalid(`${image.name}: ${error.message}`, error.cause) : error;
  };
  const pixels = () => source.pixels().catch(named);
  return {
    ...source,
    hash: () => source.hash().catch(named),
    pixels,
    async thumbnail(longest) {
      const whole = await pixels();
      const scale = Math.min(1, longest / Math.max(whole.width, whole.height));
      const side = (length: number) => Math.max(1, Math.round(length * scale));
      return decoder.encode(resize(whole, side(whole.width), side(whole.height), 'bilinear'));
    },
  };
}

type Source = Omit<Picture, 'thumbnail'>;

function fromFile(open: () => Promise<BlobLike>, decoder: PictureDecoder): Source {
  const file = once(async () => {
    const file = await open();
    if (file.size === 0) throw invalid('the file has no bytes.');
    return file;
  });
  // Read once for both: cutting a piece off a file takes a browser milliseconds.
  const bytes = once(async () => new Uint8Array(await (await file.get()).arrayBuffer()));
  const hash = once(async () => sha256(await bytes.get()));
  const pixels = once(async () => opaque(await decodeFile(await file.get(), await bytes.get(), decoder)));
  const releasePixels = () => {
    bytes.forget();
    pixels.forget();
  };
  return {
    hash: hash.get,
    pixels: pixels.get,
    release: releasePixels,
    close() {
      file.forget();
      releasePixels();
    },
  };
}

/** A bitmap has no file to decode again, so its pixels are kept until it is closed. */
function decodedAlready(bitmap: BitmapLike, decoder: PictureDecoder): Source {
  const pixels = once(async () => opaque(await decoder.read(bitmap)));
  const hash = once(async () => {
    const { width, height, data } = await pixels.get();
    return `${width}x${height}-${await sha256(new Uint8Array(data.buffer))}`;
  });
  return {
    hash: hash.get,
    pixels: pixels.get,
    release() {},
    close() {
      bitmap.close();
      pixels.forget();
    },
  };
}

/** A lazily created, memoised value. */
function once<T>(make: () => Promise<T>) {
  let made: Promise<T> | null = null;
  return {
    get(): Promise<T> {
      made ??= make();
      return made;
    },
    forget(): void {
      made = null;
    },
  };
}

function opaque(raw: RawPixels): Pixels {
  layOnWhite(raw.data);
  return raw;
}

async function decodeFile(
  file: BlobLike,
  bytes: Uint8Array<ArrayBuffer>,
  decoder: PictureDecoder,
): Promise<RawPixels> {
  const head = bytes.subarray(0, SIZE_BYTES);
  const size = imageDimensionsFromData(head);
  if (size && size.width * size.height > MOST_PIXELS) {
    throw invalid(`${size.width} × ${size.height} pixels are too large. Pass a smaller version.`);
  }
  try {
    return await decoder.decode(file, bytes);
  } catch (cause) {
    throw isTteError(cause) ? cause : invalid(whyNot(head, file, size), cause);
  }
}

const ADVICE: { readonly [kind in FileKind]?: string } = {
  SVG: 'this SVG cannot be drawn here. Pass it as a PNG or, on a page, as a loaded <img>.',
  PDF: 'this is a PDF, not an image. Pass its pages as images, or its text.',
};

function whyNot(
  head: Uint8Array,
  { type, size: bytes }: BlobLike,
  size: { width: number; height: number } | undefined,
): string {
  const kind = fileKind(head);
  if (kind === null) {
    return `cannot be decoded: in no format that is known (${type || 'no type'}, ${bytes} bytes). Pass a JPEG, PNG, WebP, AVIF, GIF or BMP.`;
  }
  const pixels = size ? ` of ${size.width} × ${size.height} pixels` : '';
  const everywhere = ['JPEG', 'PNG', 'GIF', 'WebP', 'BMP'].includes(kind);
  return (
    ADVICE[kind] ??
    (everywhere
      ? `this ${kind}${pixels} cannot be decoded: it is damaged, cut short, or too large.`
      : `no decoder for ${kind.replace('_', ' ')} is here. Pass a JPEG, PNG or WebP.`)
  );
}
