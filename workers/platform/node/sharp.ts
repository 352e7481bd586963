/** Decodes pictures in Node with sharp, if the user has installed it. */
import { TteError } from '../../../src/shared/errors.ts';
import type { PictureDecoder } from '../../images/decoder.ts';
import { heldSize } from '../../images/pixels.ts';

/** The part of sharp that is used. The package does not depend on sharp, so it cannot import its types. */
interface Sharp {
  autoOrient(): Sharp;
  toColourspace(space: string): Sharp;
  pipelineColourspace(space: string): Sharp;
  ensureAlpha(): Sharp;
  removeAlpha(): Sharp;
  resize(size: { width: number; height: number; fit: 'fill' }): Sharp;
  raw(): Sharp;
  webp(options: { quality: number }): Sharp;
  metadata(): Promise<Size & { autoOrient: Size; space: string }>;
  toBuffer(options: { resolveWithObject: true }): Promise<{ data: Buffer<ArrayBuffer>; info: Size }>;
  toBuffer(): Promise<Buffer<ArrayBuffer>>;
}
interface Size {
  width: number;
  height: number;
}
type MakeSharp = (input: Uint8Array, options: object) => Sharp;

let loading: Promise<MakeSharp> | undefined;

/** @throws TteError unsupported: sharp is not installed */
function loadSharp(): Promise<MakeSharp> {
  const name = 'sharp'; // by a variable, so that bundlers leave it alone and types do not require it
  loading ??= import(/* @vite-ignore */ name).then(
    (module) => module.default as MakeSharp,
    (cause) => {
      loading = undefined;
      throw new TteError('unsupported', 'Pictures need a decoder in Node: npm install sharp.', { cause });
    },
  );
  return loading;
}

/** Decodes like the browser's decoder: the file's pixels, upright, 8 bits per channel. */
export const sharpDecoder: PictureDecoder = {
  async decode(file) {
    const sharp = await loadSharp();
    const options = { ignoreIcc: true, limitInputPixels: false };
    const read = sharp(new Uint8Array(await file.arrayBuffer()), options).autoOrient();
    const { width, height, autoOrient, space } = await read.metadata();
    const isInks = space === 'cmyk';
    const whole = isInks
      ? read.pipelineColourspace('cmyk').toColourspace('cmyk')
      : read.toColourspace('srgb').ensureAlpha();
    const held = heldSize(autoOrient.width, autoOrient.height);
    const fits = held.width * held.height === width * height;
    const { data, info } = await (fits ? whole : whole.resize({ ...held, fit: 'fill' }))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
    if (isInks) mixInks(pixels);
    return { width: info.width, height: info.height, data: pixels };
  },

  async read() {
    throw new TteError('invalid-input', 'Node has no ImageBitmaps: pass the file.');
  },

  async encode({ width, height, data }) {
    const sharp = await loadSharp();
    const raw = { width, height, channels: 4 } as const;
    const file = await sharp(new Uint8Array(data.buffer), { raw })
      .removeAlpha()
      .webp({ quality: 80 })
      .toBuffer();
    return { type: 'image/webp', bytes: new Uint8Array(file).buffer };
  },
};

/** Converts CMYK to RGBA in place without a profile, like browsers and Pillow. */
function mixInks(pixels: Uint8ClampedArray): void {
  for (let i = 0; i < pixels.length; i += 4) {
    const light = 255 - (pixels[i + 3] as number);
    for (let ink = i; ink < i + 3; ink++) {
      pixels[ink] = Math.round(((255 - (pixels[ink] as number)) * light) / 255);
    }
    pixels[i + 3] = 255;
  }
}
