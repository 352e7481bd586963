/** Turns a decoded image into the input of a vision graph, according to preprocessor_config.json. */
import { TteError } from '../../src/shared/errors.ts';
import { type Resample, resampleOf } from './filters.ts';
import type { Pixels } from './pixels.ts';
import { resize } from './resample.ts';

export interface PixelValues {
  /** float32, [1, 3, height, width]. */
  data: Float32Array<ArrayBuffer>;
  dims: readonly [1, 3, number, number];
}

interface Size {
  width: number;
  height: number;
}

/** Maps the size of an image to the size it is resized to. */
type SizeRule = (from: Size) => Size;

/**
 * Resize, centre crop (with black around a picture that is smaller), rescale, normalise. Alpha is dropped, as by
 * Pillow's `convert('RGB')`.
 *
 * @throws TteError model-invalid: the configuration is not supported
 */
export function preprocessor(config: Record<string, unknown>): (pixels: Pixels) => PixelValues {
  const centerCrop = config.do_center_crop === true;
  const rule: SizeRule = config.do_resize === false ? (from) => from : sizeRule(config.size, centerCrop);
  const cropSize = centerCrop ? boxOf(config.crop_size ?? config.size) : null;
  const resample = resampleOf(config.resample ?? 'bilinear');
  const tables = [0, 1, 2].map((channel) => valueTable(config, channel));
  const isFlipped = config.do_flip_channel_order === true;
  return (pixels) => {
    const size = rule(pixels);
    return lookUp(cropped(pixels, size, cropSize ?? size, resample), tables, isFlipped);
  };
}

function sizeRule(size: unknown, centerCrop: boolean): SizeRule {
  const { shortest_edge, longest_edge, width, height } = (
    typeof size === 'number' ? (centerCrop ? { shortest_edge: size } : { width: size, height: size }) : size
  ) as Record<string, unknown>;
  if (typeof width === 'number' && typeof height === 'number') return () => ({ width, height });
  if (typeof shortest_edge === 'number') return (from) => scaled(from, shortest_edge, Math.min);
  if (typeof longest_edge === 'number') return (from) => scaled(from, longest_edge, Math.max);
  throw invalidConfig('size', size);
}

/** Resizes the edge that `pick` picks to `to`; the other keeps the aspect ratio, rounded down. */
function scaled({ width, height }: Size, to: number, pick: (a: number, b: number) => number): Size {
  const edge = pick(width, height);
  const follow = (other: number) => (other === edge ? to : Math.max(1, Math.trunc((to * other) / edge)));
  return { width: follow(width), height: follow(height) };
}

function boxOf(size: unknown): Size {
  if (typeof size === 'number') return { width: size, height: size };
  const { width, height, shortest_edge } = (size ?? {}) as Record<string, unknown>;
  if (typeof width === 'number' && typeof height === 'number') return { width, height };
  if (typeof shortest_edge === 'number') return { width: shortest_edge, height: shortest_edge };
  throw invalidConfig('crop_size', size);
}

/** Exactly `crop`, the middle of the picture at `size`. */
function cropped(pixels: Pixels, size: Size, crop: Size, resample: Resample): Pixels {
  const [left, width, before] = middle(size.width, crop.width);
  const [top, height, above] = middle(size.height, crop.height);
  const isWhole = width === pixels.width && height === pixels.height;
  const isAsItIs = isWhole && size.width === width && size.height === height;
  const picture = isAsItIs
    ? pixels
    : resize(pixels, size.width, size.height, resample, { left, top, width, height });
  if (width === crop.width && height === crop.height) return picture;
  const data = new Uint8ClampedArray(crop.width * crop.height * 4);
  for (let y = 0; y < height; y++) {
    const row = picture.data.subarray(y * width * 4, (y + 1) * width * 4);
    data.set(row, ((y + above) * crop.width + before) * 4);
  }
  return { ...crop, data };
}

/** Along one axis: where the crop begins in the picture, how much of it is picture, and the width of the black before it. */
function middle(size: number, crop: number): [start: number, length: number, black: number] {
  return size >= crop ? [(size - crop) >> 1, crop, 0] : [0, size, (crop - size + 1) >> 1];
}

/** The 256 values a channel can have, in the float32 steps of the Python processors. */
function valueTable(config: Record<string, unknown>, channel: number): Float32Array {
  const rescale = config.do_rescale === false ? 1 : Number(config.rescale_factor ?? 1 / 255);
  const normalize = config.do_normalize ?? config.image_mean !== undefined;
  const mean = normalize ? channelValue(config, 'image_mean', channel) : 0;
  const std = normalize ? channelValue(config, 'image_std', channel) : 1;
  return Float32Array.from({ length: 256 }, (_, value) =>
    Math.fround(Math.fround(Math.fround(value * rescale) - Math.fround(mean)) / Math.fround(std)),
  );
}

function channelValue(config: Record<string, unknown>, key: string, channel: number): number {
  const list = config[key];
  const value = Array.isArray(list) ? list[channel] : list;
  if (typeof value !== 'number') throw invalidConfig(key, list);
  return value;
}

/** @param isFlipped blue comes first */
function lookUp(picture: Pixels, tables: readonly Float32Array[], isFlipped: boolean): PixelValues {
  const plane = picture.width * picture.height;
  const data = new Float32Array(plane * 3);
  const source = picture.data;
  const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
  const [ofRed, ofBlue] = isFlipped ? [2 * plane, 0] : [0, 2 * plane];
  for (let o = 0, i = 0; o < plane; o++, i += 4) {
    data[ofRed + o] = red[source[i] as number] as number;
    data[plane + o] = green[source[i + 1] as number] as number;
    data[ofBlue + o] = blue[source[i + 2] as number] as number;
  }
  return { data, dims: [1, 3, picture.height, picture.width] };
}

function invalidConfig(key: string, value: unknown): TteError {
  return new TteError(
    'model-invalid',
    `preprocessor_config.json: cannot use ${key} ${JSON.stringify(value)}.`,
  );
}
