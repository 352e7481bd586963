// Block-quantised weights into int8 with one scale an output channel. These loops touch every weight of a model.

export interface BlockQuantized {
  /** [n, blocks, blockSize * bits / 8], low bits first. */
  packed: Uint8Array;
  /** [n, blocks] */
  scales: Float32Array;
  /** [n, ceil(blocks * bits / 8)] packed like the weights, or [n, blocks] floats; none: 2^(bits-1). */
  zeroPoints: Uint8Array | Float32Array | undefined;
  n: number;
  k: number;
  bits: 4 | 8;
  blockSize: number;
}

export interface ChannelQuantized {
  /** [ceil(n / tile), k, tile]: `tile` output channels together; tile = n gives plain [k, n]. */
  weights: Int8Array;
  /** [n]: weight = int8 · scale */
  scales: Float32Array;
}

/** The zero point of block `block` in row `row`. */
function zeroPointAt({
  zeroPoints,
  bits,
  k,
  blockSize,
}: BlockQuantized): (row: number, block: number) => number {
  if (!zeroPoints) return () => 1 << (bits - 1);
  const blocks = Math.ceil(k / blockSize);
  if (bits === 8 || zeroPoints instanceof Float32Array)
    return (row, block) => zeroPoints[row * blocks + block]!;
  const rowBytes = Math.ceil(blocks / 2);
  return (row, block) => (zeroPoints[row * rowBytes + (block >> 1)]! >> ((block & 1) * 4)) & 15;
}

/** Smallest and largest quantised value of a block, as `min | max << 8`. */
function blockRange(packed: Uint8Array, from: number, count: number, bits: number): number {
  if (bits === 8) {
    let min = 255;
    let max = 0;
    for (let i = from; i < from + count; i++) {
      const q = packed[i]!;
      if (q < min) min = q;
      if (q > max) max = q;
    }
    return min | (max << 8);
  }
  let seen = 0;
  const end = from + (count >> 1);
  for (let i = from; i < end; i++) {
    const q = packed[i]!;
    seen |= (1 << (q & 15)) | (1 << (q >> 4));
  }
  if (count & 1) seen |= 1 << (packed[end]! & 15);
  return (31 - Math.clz32(seen & -seen)) | ((31 - Math.clz32(seen)) << 8);
}

/** Round half up; `value` within ±127. */
const round = (value: number) => ((value + 128.5) | 0) - 128;

/** Where and how the int8 weights are written. */
export interface ChannelOptions {
  /** Output channels kept together. @default n, i.e. plain [k, n] */
  tile?: number;
  /** [k]: factors the weights of each input channel are multiplied by first. */
  inputFactors?: Float32Array | undefined;
}

export function toInt8PerChannel(
  source: BlockQuantized,
  { tile = source.n, inputFactors }: ChannelOptions = {},
): ChannelQuantized {
  const { n, k } = source;
  const weights = new Int8Array(Math.ceil(n / tile) * k * tile);
  const scales = new Float32Array(n);
  const writeRow = inputFactors ? weightedRow(source, inputFactors) : plainRow(source);
  for (let row = 0; row < n; row++) {
    const tileIndex = Math.floor(row / tile);
    scales[row] = writeRow(row, weights, tileIndex * k * tile + (row - tileIndex * tile), tile);
  }
  return { weights, scales };
}

/** Writes one output channel as int8, `stride` apart; returns its scale. */
type RowWriter = (row: number, out: Int8Array, at: number, stride: number) => number;

/** Without factors a 4-bit block has at most 16 different weights: each is rounded once. */
function plainRow(source: BlockQuantized): RowWriter {
  const { packed, scales, k, bits, blockSize } = source;
  const blocks = Math.ceil(k / blockSize);
  const blockBytes = (blockSize * bits) / 8;
  const zeroPoint = zeroPointAt(source);
  const table = new Int8Array(16);
  return (row, out, start, stride) => {
    let largest = 0;
    for (let block = 0; block < blocks; block++) {
      const index = row * blocks + block;
      const range = blockRange(packed, index * blockBytes, Math.min(blockSize, k - block * blockSize), bits);
      const zero = zeroPoint(row, block);
      const distance = Math.max(Math.abs((range & 255) - zero), Math.abs((range >> 8) - zero));
      largest = Math.max(largest, distance * Math.abs(scales[index]!));
    }
    if (largest === 0) return 0;
    let at = start;
    for (let block = 0; block < blocks; block++) {
      const index = row * blocks + block;
      const factor = (scales[index]! * 127) / largest;
      const offset = -zeroPoint(row, block) * factor;
      const from = index * blockBytes;
      const count = Math.min(blockSize, k - block * blockSize);
      if (bits === 8) {
        for (let i = from; i < from + count; i++, at += stride) out[at] = round(packed[i]! * factor + offset);
        continue;
      }
      for (let q = 0; q < 16; q++) table[q] = round(q * factor + offset);
      const end = from + (count >> 1);
      for (let i = from; i < end; i++, at += 2 * stride) {
        const q = packed[i]!;
        out[at] = table[q & 15]!;
        out[at + stride] = table[q >> 4]!;
      }
      if (count & 1) {
        out[at] = table[packed[end]! & 15]!;
        at += stride;
      }
    }
    return largest / 127;
  };
}

function weightedRow(source: BlockQuantized, inputFactors: Float32Array): RowWriter {
  const { packed, scales, k, bits, blockSize } = source;
  const blocks = Math.ceil(k / blockSize);
  const blockBytes = (blockSize * bits) / 8;
  const zeroPoint = zeroPointAt(source);
  const values = new Float32Array(k);
  return (row, out, start, stride) => {
    let largest = 0;
    for (let block = 0, i = 0; block < blocks; block++) {
      const index = row * blocks + block;
      const scale = scales[index]!;
      const zero = zeroPoint(row, block);
      const from = index * blockBytes;
      const count = Math.min(blockSize, k - i);
      for (let j = 0; j < count; j++, i++) {
        const q = bits === 8 ? packed[from + j]! : (packed[from + (j >> 1)]! >> ((j & 1) << 2)) & 15;
        const value = (q - zero) * scale * inputFactors[i]!;
        values[i] = value;
        const magnitude = value < 0 ? -value : value;
        if (magnitude > largest) largest = magnitude;
      }
    }
    if (largest === 0) return 0;
    const inverse = 127 / largest;
    for (let i = 0, at = start; i < k; i++, at += stride) out[at] = round(values[i]! * inverse);
    return largest / 127;
  };
}
