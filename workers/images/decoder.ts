/** Decoding and encoding of pictures, the only operations on them that differ between browser and Node. */
import type { BitmapLike, BlobLike } from '../../src/shared/protocol.ts';
import type { Pixels } from './pixels.ts';

/** Like `Pixels`, but with the file's alpha; colours are not multiplied by it. */
export type RawPixels = Pixels;

/** An encoded small picture. */
export interface EncodedPicture {
  /** MIME type. */
  type: string;
  bytes: ArrayBuffer;
}

export interface PictureDecoder {
  /**
   * Decodes the first frame of a file, with EXIF orientation applied and colour profiles ignored, no larger than `heldSize`.
   * @param bytes the file's, which have been read already
   * @throws any error if it cannot be decoded; a TteError is passed on unchanged
   */
  decode(file: BlobLike, bytes: Uint8Array<ArrayBuffer>): Promise<RawPixels>;
  /**
   * Reads a picture that is already decoded (in a browser an ImageBitmap), no larger than `heldSize`, and closes it.
   * @throws TteError invalid-input
   */
  read(bitmap: BitmapLike): Promise<RawPixels>;
  encode(pixels: Pixels): Promise<EncodedPicture>;
}
