/** What a platform can do with pictures: the only thing about them that differs between a browser and Node. */
import type { BitmapLike, BlobLike } from '../../src/shared/protocol.ts';
import type { Pixels } from './pixels.ts';

/** As `Pixels`, but still with the alpha of the file; colours are not multiplied by it. */
export type RawPixels = Pixels;

/** A picture as a small file. */
export interface EncodedPicture {
  /** MIME type. */
  type: string;
  bytes: ArrayBuffer;
}

export interface PictureDecoder {
  /**
   * Decodes a file: its first frame, turned as EXIF says, embedded colour profiles ignored, no larger than `heldSize`.
   * @throws anything: it cannot be decoded. A TteError is passed on as it is
   */
  decode(file: BlobLike): Promise<RawPixels>;
  /**
   * Reads a picture that is already decoded (in a browser an ImageBitmap), no larger than `heldSize`, and closes it.
   * @throws TteError invalid-input
   */
  read(bitmap: BitmapLike): Promise<RawPixels>;
  encode(pixels: Pixels): Promise<EncodedPicture>;
}
