/** Pictures in Node, by sharp where the user installed it. */
import { TteError } from '../../../src/shared/errors.ts';
import type { Pixels } from '../../images/pixels.ts';

/** The part of sharp that is used: it is nobody's dependency, so its types are not either. */
interface Sharp {
  autoOrient(): Sharp;
  toColourspace(space: string): Sharp;
  ensureAlpha(): Sharp;
  raw(): Sharp;
  resize(size: { width: number; height: number; fit: 'inside'; withoutEnlargement: true }): Sharp;
  webp(options: { quality: number }): Sharp;
  toBuffer(options: { resolveWithObject: true }): Promise<{
    data: Buffer<ArrayBuffer>;
    info: { width: number; height: number };
  }>;
  toBuffer(): Promise<Buffer<ArrayBuffer>>;
}
type MakeSharp = (input: Uint8Array, options: object) => Sharp;

let loading: Promise<MakeSharp> | undefined;

/** @throws TteError unsupported: sharp is not installed */
function loadSharp(): Promise<MakeSharp> {
  const name = 'sharp'; // by a variable: bundlers leave it alone, and types do not ask for it
  loading ??= import(/* @vite-ignore */ name).then(
    (module) => module.default as MakeSharp,
    (cause) => {
      loading = undefined;
      throw new TteError(
        'unsupported',
        'Pictures need a decoder in Node: npm install sharp, or give one as options.decodeImage.',
        { cause },
      );
    },
  );
  return loading;
}

/** Orientation of EXIF applied, embedded colour profiles ignored, 8 bits a channel: the values that the browser's decoder gives. */
export async function decodeBySharp(bytes: Uint8Array): Promise<Pixels> {
  const sharp = await loadSharp();
  const { data, info } = await sharp(bytes, { ignoreIcc: true })
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { ...sizeOf(info), data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength) };
}

function sizeOf({ width, height }: { width: number; height: number }) {
  return { width, height };
}
