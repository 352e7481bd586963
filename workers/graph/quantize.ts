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
  /** [n / tile, k, tile]: `tile` output channels together; tile = n gives plain [k, n]. */
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

/** Writes the int8 values of one output channel at `at`; returns their scale. */
type ChannelWriter = (row: number, out: Int8Array, at: number) => number;

/** A 4-bit block has at most 16 different weights: each is rounded once. */
function channelWriter(source: BlockQuantized): ChannelWriter {
  const { packed, scales, k, bits, blockSize } = source;
  const blocks = Math.ceil(k / blockSize);
  const blockBytes = (blockSize * bits) / 8;
  const zeroPoint = zeroPointAt(source);
  const table = new Int8Array(16);
  return (row, out, start) => {
    let largest = 0;
    for (let block = 0; block < blocks; block++) {
      const index = row * blocks + block;
      const range = blockRange(packed, index * blockBytes, Math.min(blockSize, k - block * blockSize), bits);
      const zero = zeroPoint(row, block);
      const distance = Math.max(Math.abs((range & 255) - zero), Math.abs((range >> 8) - zero));
      largest = Math.max(largest, distance * Math.abs(scales[index]!));
    }
    if (largest === 0) {
      out.fill(0, start, start + k);
      return 0;
    }
    for (let block = 0, at = start; block < blocks; block++) {
      const index = row * blocks + block;
      const factor = (scales[index]! * 127) / largest;
      const offset = -zeroPoint(row, block) * factor;
      const from = index * blockBytes;
      const count = Math.min(blockSize, k - block * blockSize);
      if (bits === 8) {
        for (let i = from; i < from + count; i++) out[at++] = round(packed[i]! * factor + offset);
        continue;
      }
      for (let q = 0; q < 16; q++) table[q] = round(q * factor + offset);
      const end = from + (count >> 1);
      for (let i = from; i < end; i++) {
        const q = packed[i]!;
        out[at++] = table[q & 15]!;
        out[at++] = table[q >> 4]!;
      }
      if (count & 1) out[at++] = table[packed[end]! & 15]!;
    }
    return largest / 127;
  };
}

/** Four channels, k apart in `rows`, side by side into [k, tile]: a 32-bit word each time. */
function writeFour(rows: Int8Array, k: number, words: Int32Array, start: number, tile: number): void {
  const stride = tile >> 2;
  for (let i = 0, at = start >> 2; i < k; i++, at += stride) {
    words[at] =
      (rows[i]! & 255) |
      ((rows[i + k]! & 255) << 8) |
      ((rows[i + 2 * k]! & 255) << 16) |
      (rows[i + 3 * k]! << 24);
  }
}

/** `tile`: output channels kept together, a divisor of n. */
export function toInt8PerChannel(source: BlockQuantized, tile = source.n): ChannelQuantized {
  const { n, k } = source;
  const weights = new Int8Array(n * k);
  const scales = new Float32Array(n);
  const writeChannel = channelWriter(source);
  const together = tile % 4 === 0 ? 4 : 1;
  const rows = new Int8Array(together * k);
  const words = together === 4 ? new Int32Array(weights.buffer) : undefined;
  for (let row = 0; row < n; row += together) {
    for (let i = 0; i < together; i++) scales[row + i] = writeChannel(row + i, rows, i * k);
    const inTile = row % tile;
    const start = (row - inTile) * k + inTile;
    if (words) writeFour(rows, k, words, start, tile);
    else for (let i = 0; i < k; i++) weights[start + i * tile] = rows[i]!;
  }
  return { weights, scales };
}
