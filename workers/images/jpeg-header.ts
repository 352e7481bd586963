/** What the segments before a JPEG's first scan say about how its pixels are to be read. */
import { isBareMarker, isFrameMarker } from '../../src/shared/jpeg-markers.ts';
import { characters } from '../../src/shared/latin1.ts';
import { ORIENTATION, openTiff } from '../../src/shared/tiff.ts';

export interface JpegHeader {
  /** Pixels, as stored: before the picture is turned. */
  width: number;
  height: number;
  /** Number of colour components: 1 is grey, 3 is usually luma and chroma, 4 is CMYK. */
  components: number;
  /** How the picture is to be turned, as EXIF has it: 1 (not at all) to 8. */
  orientation: number;
}

const START_OF_IMAGE = 0xffd8;

/** @param bytes the file, or enough of its beginning. @returns null if it is no JPEG, or its frame does not begin there */
export function jpegHeader(bytes: Uint8Array): JpegHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 2 || view.getUint16(0) !== START_OF_IMAGE) return null;
  let orientation = 1;
  for (let at = 2; at + 10 <= view.byteLength && view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff || isBareMarker(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (isFrameMarker(marker)) {
      return {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
        orientation,
      };
    }
    const length = view.getUint16(at + 2);
    if (orientation === 1 && marker === 0xe1 && characters(view, at + 4, 6) === 'Exif\0\0') {
      const end = Math.min(view.byteLength, at + 2 + length);
      const tiff = openTiff(new DataView(view.buffer, view.byteOffset + at + 4, end - at - 4));
      const given = tiff?.integer(tiff.main.get(ORIENTATION)) ?? 1;
      orientation = given >= 1 && given <= 8 ? given : 1;
    }
    at += 2 + Math.max(2, length);
  }
  return null;
}
