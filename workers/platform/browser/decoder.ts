/** Decodes pictures with the browser; the only file of the core that uses bitmaps and canvases. JPEGs have a faster way. */
import { TteError } from '../../../src/shared/errors.ts';
import type { PictureDecoder, RawPixels } from '../../images/decoder.ts';
import { heldSize } from '../../images/pixels.ts';
import { decodeJpeg } from './jpeg-decoder.ts';

/** Colours as stored: neither multiplied by alpha nor converted. */
const AS_STORED: ImageBitmapOptions = { premultiplyAlpha: 'none', colorSpaceConversion: 'none' };
/** Longest side and area of a canvas that every browser supports; larger ones silently stay black. */
const CANVAS_SIDE = 4096;
const CANVAS_AREA = 4_194_304;

export const browserDecoder: PictureDecoder = {
  async decode(file, bytes) {
    const jpeg = await decodeJpeg(bytes);
    if (jpeg !== null) return jpeg;
    const options: ImageBitmapOptions = { ...AS_STORED, imageOrientation: 'from-image' };
    return readBitmap(await createImageBitmap(file as Blob, options));
  },

  read: (bitmap) => readBitmap(bitmap as ImageBitmap),

  async encode({ width, height, data }) {
    const canvas = new OffscreenCanvas(width, height);
    contextOf(canvas).putImageData(new ImageData(data, width, height), 0, 0);
    const file = await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
    return { type: file.type, bytes: await file.arrayBuffer() };
  },
};

async function readBitmap(bitmap: ImageBitmap): Promise<RawPixels> {
  const { width, height } = bitmap;
  if (width === 0) throw new TteError('invalid-input', 'The ImageBitmap is empty: it was closed.');
  let held = bitmap;
  try {
    held = await fitted(bitmap);
    return readPixels(held);
  } catch (cause) {
    throw new TteError('invalid-input', `The image is too large for this browser: ${width} × ${height}.`, {
      cause,
    });
  } finally {
    bitmap.close();
    held.close();
  }
}

async function fitted(bitmap: ImageBitmap): Promise<ImageBitmap> {
  const { width, height } = heldSize(bitmap.width, bitmap.height);
  if (width === bitmap.width && height === bitmap.height) return bitmap;
  const resized = { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' } as const;
  return createImageBitmap(bitmap, { ...AS_STORED, ...resized });
}

/** Reads the pixels with a canvas that is small enough for every browser, in pieces where the picture is larger. */
function readPixels(bitmap: ImageBitmap): RawPixels {
  const { width, height } = bitmap;
  const across = Math.min(width, CANVAS_SIDE);
  const down = Math.min(height, CANVAS_SIDE, Math.floor(CANVAS_AREA / across));
  const context = contextOf(new OffscreenCanvas(across, down));
  context.globalCompositeOperation = 'copy'; // nothing of the piece before shows through
  const read = (left: number, top: number, columns: number, rows: number) => {
    context.drawImage(bitmap, left, top, columns, rows, 0, 0, columns, rows);
    return context.getImageData(0, 0, columns, rows).data;
  };
  if (across === width && down === height) return { width, height, data: read(0, 0, width, height) };
  const data = new Uint8ClampedArray(width * height * 4);
  for (let top = 0; top < height; top += down) {
    for (let left = 0; left < width; left += across) {
      const [columns, rows] = [Math.min(across, width - left), Math.min(down, height - top)];
      const piece = read(left, top, columns, rows);
      for (let row = 0; row < rows; row++) {
        const line = piece.subarray(row * columns * 4, (row + 1) * columns * 4);
        data.set(line, ((top + row) * width + left) * 4);
      }
    }
  }
  return { width, height, data };
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null)
    throw new TteError('unsupported', 'This browser does not support canvases in workers.');
  return context;
}
