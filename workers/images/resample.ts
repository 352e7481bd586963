/**
 * Resizing that gives the same bytes as Pillow's `Image.resize` of an RGB image: antialiased, two passes (rows, then
 * columns) with 8 bits between them, and weights in fixed point. Models were trained on pictures resized like this.
 */
import { type Filter, filters, type Resample } from './filters.ts';
import type { Pixels } from './pixels.ts';

/** A rectangle of the resized picture, in its pixels. */
export interface Region {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Pixels row by row, `step` bytes each: 4 in a decoded picture, 3 in what becomes of it. */
interface Raster {
  width: number;
  height: number;
  step: 3 | 4;
  data: Uint8Array<ArrayBuffer> | Uint8ClampedArray<ArrayBuffer>;
}

/** Packed RGB. */
export type Rgb = Raster & { step: 3 };

/** One output position along an axis is a weighted sum of `counts[i]` inputs from `starts[i]` on. */
interface Taps {
  starts: Int32Array;
  counts: Int32Array;
  /** `stride` for each position. */
  weights: Int32Array;
  stride: number;
}

/** Fraction bits of the weights: 8 of 32 bits are the pixel's, one the sign's, one for sums above 1. */
const PRECISION = 22;

/**
 * @param crop the part that is wanted; nothing else is computed
 * @returns RGBA of the size of `crop`; alpha is dropped as by Pillow's `convert('RGB')`, and 255
 */
export function resize(
  pixels: Pixels,
  width: number,
  height: number,
  resample: Resample,
  crop: Region = { left: 0, top: 0, width, height },
): Pixels {
  const { data } = resizeRgb(pixels, width, height, resample, crop);
  const rgba = new Uint8ClampedArray(crop.width * crop.height * 4);
  for (let i = 0, o = 0; o < rgba.length; i += 3, o += 4) {
    rgba[o] = data[i] as number;
    rgba[o + 1] = data[i + 1] as number;
    rgba[o + 2] = data[i + 2] as number;
    rgba[o + 3] = 255;
  }
  return { width: crop.width, height: crop.height, data: rgba };
}

/** As `resize`, to packed RGB. */
export function resizeRgb(
  pixels: Pixels,
  width: number,
  height: number,
  resample: Resample,
  crop: Region,
): Rgb {
  if (resample === 'nearest') return nearest(pixels, width, height, crop);
  const source: Raster = { ...pixels, step: 4 };
  const columns = taps(source.width, width, crop.left, crop.width, filters[resample]);
  const rows = taps(source.height, height, crop.top, crop.height, filters[resample]);
  // Where most of the height goes, it goes first; since Pillow 13.
  if (source.height - height > 2 * Math.max(0, source.width - width)) {
    const [left, right] = span(columns);
    return resampleRows(resampleColumns(source, rows, left, right), shifted(columns, left), 0, crop.height);
  }
  const [top, bottom] = span(rows);
  return resampleColumns(
    resampleRows(source, columns, top, bottom - top),
    shifted(rows, top),
    0,
    crop.width,
  ) as Rgb;
}

/** The inputs that are read at all. */
function span({ starts, counts }: Taps): [first: number, end: number] {
  const last = starts.length - 1;
  return [starts[0] as number, (starts[last] as number) + (counts[last] as number)];
}

const shifted = (taps: Taps, by: number): Taps => ({
  ...taps,
  starts: taps.starts.map((start) => start - by),
});

function taps(from: number, to: number, first: number, count: number, wanted: Filter): Taps {
  const filter = from === to ? filters.box : wanted; // one tap of weight 1: a copy
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = filter.support * stretch;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(count);
  const counts = new Int32Array(count);
  const weights = new Int32Array(count * stride);
  const exact = new Float64Array(stride);
  for (let i = 0; i < count; i++) {
    const center = (first + i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const n = Math.min(from, Math.trunc(center + support + 0.5)) - start;
    let sum = 0;
    for (let k = 0; k < n; k++) {
      exact[k] = filter.weight((k + start - center + 0.5) * (1 / stretch));
      sum += exact[k] as number;
    }
    for (let k = 0; k < n; k++) {
      const weight = ((exact[k] as number) / sum) * (1 << PRECISION);
      weights[i * stride + k] = Math.trunc(weight + (weight < 0 ? -0.5 : 0.5));
    }
    starts[i] = start;
    counts[i] = n;
  }
  return { starts, counts, weights, stride };
}

/** `height` rows from `top` on become as wide as `columns` says. */
function resampleRows(source: Raster, columns: Taps, top: number, height: number): Rgb {
  const { starts, counts, weights, stride } = columns;
  const { data: input, step } = source;
  const width = starts.length;
  const data = new Uint8Array(width * height * 3);
  let o = 0;
  for (let y = 0; y < height; y++) {
    const row = (y + top) * source.width;
    for (let x = 0; x < width; x++) {
      let r = 1 << (PRECISION - 1);
      let g = r;
      let b = r;
      let i = (row + (starts[x] as number)) * step;
      let k = x * stride;
      for (const end = k + (counts[x] as number); k < end; k++, i += step) {
        const weight = weights[k] as number;
        r = (r + Math.imul(input[i] as number, weight)) | 0;
        g = (g + Math.imul(input[i + 1] as number, weight)) | 0;
        b = (b + Math.imul(input[i + 2] as number, weight)) | 0;
      }
      data[o] = clip(r);
      data[o + 1] = clip(g);
      data[o + 2] = clip(b);
      o += 3;
    }
  }
  return { width, height, step: 3, data };
}

/** Columns `left` to `right` become as high as `rows` says. Sums run along rows, as memory does. */
function resampleColumns(source: Raster, rows: Taps, left: number, right: number): Raster {
  const { starts, counts, weights, stride } = rows;
  const { data: input, step } = source;
  const height = starts.length;
  const length = (right - left) * step;
  const data = new Uint8Array(length * height);
  const sums = new Int32Array(length);
  for (let y = 0; y < height; y++) {
    sums.fill(1 << (PRECISION - 1));
    for (let k = 0; k < (counts[y] as number); k++) {
      const weight = weights[y * stride + k] as number;
      let i = (((starts[y] as number) + k) * source.width + left) * step;
      for (let x = 0; x < length; x++, i++) {
        sums[x] = ((sums[x] as number) + Math.imul(input[i] as number, weight)) | 0;
      }
    }
    const row = y * length;
    for (let x = 0; x < length; x++) data[row + x] = clip(sums[x] as number);
  }
  return { width: right - left, height, step, data };
}

function nearest(pixels: Pixels, width: number, height: number, crop: Region): Rgb {
  const columns = nearestPositions(pixels.width, width).subarray(crop.left, crop.left + crop.width);
  const rows = nearestPositions(pixels.height, height).subarray(crop.top, crop.top + crop.height);
  const data = new Uint8Array(crop.width * crop.height * 3);
  let o = 0;
  for (const y of rows) {
    for (const x of columns) {
      copyPixel(pixels.data, (y * pixels.width + x) * 4, data, o);
      o += 3;
    }
  }
  return { width: crop.width, height: crop.height, step: 3, data };
}

/** Positions are summed up step by step, as Pillow does: the rounding errors are part of the result. */
function nearestPositions(from: number, to: number): Int32Array {
  const positions = new Int32Array(to);
  const step = from / to;
  let position = step * 0.5;
  for (let i = 0; i < to; i++) {
    positions[i] = Math.min(from - 1, Math.floor(position));
    position += step;
  }
  return positions;
}

function copyPixel(input: Raster['data'], i: number, data: Uint8Array, o: number): void {
  data[o] = input[i] as number;
  data[o + 1] = input[i + 1] as number;
  data[o + 2] = input[i + 2] as number;
}

function clip(sum: number): number {
  const value = sum >> PRECISION;
  return Math.max(0, Math.min(value, 255));
}
