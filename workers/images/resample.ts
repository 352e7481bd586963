/**
 * Resizing that gives the same bytes as Pillow's `Image.resize` of an RGB image: antialiased, two passes with 8 bits
 * between them, and weights in fixed point. Models were trained on pictures resized like this.
 */
import { filters, type Resample } from './filters.ts';
import { loadKernel } from './kernel.ts';
import type { Pixels } from './pixels.ts';
import { inputsOf, makeTaps, type Taps } from './taps.ts';

/** A rectangle of the resized picture, in its pixels. */
export interface Region {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Images are processed in pieces that fit in the CPU cache. */
const PIECE_BYTES = 1 << 18;

/**
 * @param width of the whole resized picture, as `height`
 * @param crop the part to compute
 * @returns RGBA of the size of `crop`; alpha is dropped as by Pillow's `convert('RGB')`, and 255
 */
export function resize(
  pixels: Pixels,
  width: number,
  height: number,
  resample: Resample,
  crop: Region = { left: 0, top: 0, width, height },
): Pixels {
  const data = new Uint8ClampedArray(crop.width * crop.height * 4);
  if (resample === 'nearest') {
    nearest(pixels, width, height, crop, data);
  } else {
    const across = makeTaps(pixels.width, width, crop.left, crop.width, filters[resample]);
    const down = makeTaps(pixels.height, height, crop.top, crop.height, filters[resample]);
    // If the height shrinks most, it is resized first, as in Pillow since version 13.
    const tall = pixels.height - height > 2 * Math.max(0, pixels.width - width);
    (tall ? heightFirst : widthFirst)(pixels, across, down, crop, data);
  }
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { width: crop.width, height: crop.height, data };
}

function widthFirst(pixels: Pixels, across: Taps, down: Taps, crop: Region, result: Uint8ClampedArray): void {
  const { start: top, length } = inputsOf(down, 0, crop.height);
  const inputStride = pixels.width * 4;
  const stride = rowBytes(crop.width);
  const piece = Math.ceil(PIECE_BYTES / inputStride);
  const { kernel, memory, areas } = layOut(
    across,
    down,
    piece * inputStride,
    (length + 1) * stride,
    crop.height * stride,
  );
  for (let y = 0; y < length; y += piece) {
    const rows = Math.min(piece, length - y);
    memory.set(rowsOf(pixels, top + y, rows), areas.input);
    const target = areas.middle + y * stride;
    kernel.rows(areas.input, inputStride, target, stride, rows, areas.across, across.stride * 4, crop.width);
  }
  const source = areas.middle - top * stride;
  kernel.columns(source, stride, areas.output, stride, stride, areas.down, down.stride * 4, crop.height);
  copyOut(memory, areas.output, stride, crop, result);
}

function heightFirst(
  pixels: Pixels,
  across: Taps,
  down: Taps,
  crop: Region,
  result: Uint8ClampedArray,
): void {
  const { start: left, length } = inputsOf(across, 0, crop.width);
  const inputStride = pixels.width * 4;
  const stride = rowBytes(length);
  const outputStride = rowBytes(crop.width);
  const tableStride = down.stride * 4;
  const piece = Math.ceil((PIECE_BYTES / inputStride) * (crop.height / pixels.height));
  const pieces = Array.from({ length: Math.ceil(crop.height / piece) }, (_, i) => {
    const rows = Math.min(piece, crop.height - i * piece);
    return { y: i * piece, rows, read: inputsOf(down, i * piece, rows) };
  });
  const most = Math.max(...pieces.map(({ read }) => read.length));
  const { kernel, memory, areas } = layOut(
    across,
    down,
    (most + 1) * inputStride,
    crop.height * stride,
    crop.height * outputStride,
  );
  for (const { y, rows, read } of pieces) {
    memory.set(rowsOf(pixels, read.start, read.length), areas.input);
    const source = areas.input + left * 4 - read.start * inputStride;
    const target = areas.middle + y * stride;
    kernel.columns(
      source,
      inputStride,
      target,
      stride,
      stride,
      areas.down + y * tableStride,
      tableStride,
      rows,
    );
  }
  const source = areas.middle - left * 4;
  kernel.rows(
    source,
    stride,
    areas.output,
    outputStride,
    crop.height,
    areas.across,
    across.stride * 4,
    crop.width,
  );
  copyOut(memory, areas.output, outputStride, crop, result);
}

/** The kernel's columns are taken two at a time. */
const rowBytes = (width: number) => (width + (width & 1)) * 4;

function rowsOf({ data, width }: Pixels, first: number, count: number): Uint8ClampedArray {
  return data.subarray(first * width * 4, (first + count) * width * 4);
}

/** Layout of the kernel's memory, with the tables in it, and some bytes behind each area that may be read. */
function layOut(across: Taps, down: Taps, inputBytes: number, middleBytes: number, outputBytes: number) {
  const kernel = loadKernel();
  let end = 0;
  const area = (bytes: number) => {
    const start = end;
    end += (bytes + 31) & ~15;
    return start;
  };
  const areas = {
    across: area(across.table.byteLength),
    down: area(down.table.byteLength),
    input: area(inputBytes),
    middle: area(middleBytes),
    output: area(outputBytes),
  };
  const missing = end - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / 65536));
  new Int32Array(kernel.memory.buffer).set(across.table, areas.across / 4);
  new Int32Array(kernel.memory.buffer).set(down.table, areas.down / 4);
  return { kernel, memory: new Uint8Array(kernel.memory.buffer), areas };
}

function copyOut(
  memory: Uint8Array,
  from: number,
  stride: number,
  crop: Region,
  result: Uint8ClampedArray,
): void {
  const bytes = crop.width * 4;
  for (let y = 0; y < crop.height; y++) {
    const start = from + y * stride;
    result.set(memory.subarray(start, start + bytes), y * bytes);
  }
}

function nearest(
  pixels: Pixels,
  width: number,
  height: number,
  crop: Region,
  result: Uint8ClampedArray,
): void {
  const columns = nearestPositions(pixels.width, width).subarray(crop.left, crop.left + crop.width);
  const rows = nearestPositions(pixels.height, height).subarray(crop.top, crop.top + crop.height);
  const source = new Uint32Array(pixels.data.buffer, pixels.data.byteOffset, pixels.width * pixels.height);
  const target = new Uint32Array(result.buffer);
  let o = 0;
  for (const y of rows) {
    for (const x of columns) target[o++] = source[y * pixels.width + x] as number;
  }
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
